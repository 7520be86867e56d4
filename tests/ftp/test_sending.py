"""Products, invoices and statuses as rows of files, and what a store's answers mean."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from tests.ftp.fakes import Shop
from tomada.domain.invoice import Invoice
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.product import Attribute, Product, Sizes, Variation
from tomada.errors import EffectUnknown, TransientError
from tomada.spi import Linked, Outcome, OutcomeKind, Push, RemoteIds, Submitted
from tomada_tray_ftp import invoices, products, statuses, store_answers
from tomada_tray_ftp.dialect import PROFILES

INBOX, ANSWERS = "produtos", "retorno/loja"
KEY = "35" + "1" * 18 + "55" + "2" * 22
SHIRT = Product(
    ref="r1",
    sku="CAM",
    name="Camiseta; “larga”",
    price=Decimal("59.90"),
    category=("Roupa", "Camisetas"),
    sizes=Sizes(weight=Decimal("0.3505"), height=Decimal("2.5")),
    images=tuple(f"https://fotos.example/{place}.jpg" for place in range(8)),
    variations=(
        Variation(
            ref="r2", sku="CAM-P", attributes=(Attribute(name="Tamanho", value="P"),), price=Decimal(0)
        ),
    ),
)
NOTE = Invoice(
    order_id="7001",
    number="12",
    series="1",
    key=KEY,
    issued_on=date(2026, 3, 10),
    value=Decimal(92),
    link="https://nota.example/x",
    xml="<nfe/>",
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(tmp_path / "work", monkeypatch)


def push(shop: Shop, *batch: Push[Product]) -> list[Outcome]:
    return list(products.push_products(shop.context(), batch or (Push("r1", SHIRT),)))


def die(shop: Shop) -> None:
    """Forget what the last attempt had not committed by itself: its command was killed before its outcome was."""
    shop.state.values = dict(shop.state.flushed)


def lines(shop: Shop, folder: str = INBOX) -> list[dict[str, str]]:
    (name,) = [name for name in shop.server.names(folder) if name.endswith(".csv")]
    head, *rows = shop.server.files[f"{folder}/{name}"].decode("latin-1").splitlines()
    return [dict(zip(head.split(";"), row.split(";"), strict=False)) for row in rows]


def answer(shop: Shop, name: str, *rows: str, number: str = "") -> None:
    text = "arquivo;linha;entidade;chave;resultado;codigo;coluna;mensagem;id_destino\r\n"
    text += "".join(f"{name};2;x;{row}\r\n" for row in rows)
    shop.server.put(f"{ANSWERS}/{name}{number}.ret.csv", text.encode("latin-1"))


def test_a_product_and_its_variations_are_rows() -> None:
    known = {"r1": RemoteIds("501")}
    told = products.product_rows(Push("r1", SHIRT, links=known), PROFILES["br-planilha"])
    whole, part = told.rows
    assert (told.key, whole["id_produto"], whole["preco"], whole["categoria"]) == (
        "CAM",
        "501",
        "59,90",
        "Roupa > Camisetas",
    )
    assert (whole["peso"], whole["altura"], whole["imagem_6"]) == ("351", "3", "https://fotos.example/5.jpg")
    assert "estoque" not in whole
    assert (part["referencia_pai"], part["preco"]) == ("CAM", "")  # V1: a price of zero is never sent
    assert (part["grade_tipo_1"], part["grade_valor_1"]) == ("Tamanho", "P")
    assert len(told.warnings) == 1


@pytest.mark.parametrize(("available", "told"), [(None, ""), (False, "N"), (True, "S")])
def test_p4_a_row_says_whether_the_product_may_be_bought(available: bool | None, told: str) -> None:
    product = SHIRT.model_copy(update={"available": available})
    row = products.product_rows(Push("r1", product), PROFILES["br-planilha"]).rows[0]
    assert (row["disponivel"], row["acao"]) == (told, "I")


def test_a_batch_is_one_file_under_a_name_of_its_own(shop: Shop) -> None:
    (outcome,) = push(shop)
    (name,) = shop.server.names(INBOX)
    assert (outcome.kind, outcome.ticket) == (OutcomeKind.SUBMITTED, f"{name}|CAM")
    assert name.endswith("_000001.csv")
    (again,) = push(shop)
    assert again.ticket.startswith(name.replace("000001", "000002"))


def test_s1_what_an_attempt_without_answer_published_is_found_again(shop: Shop) -> None:
    push(shop)
    (name,) = shop.server.names(INBOX)
    die(shop)
    shop.clock.sleep(100)
    (again,) = push(shop, Push("r1", SHIRT, uncertain=True))
    assert again.ticket == f"{name}|CAM"
    assert shop.server.names(INBOX) == [name]
    changed = SHIRT.model_copy(update={"name": "Outra"})
    (other,) = push(shop, Push("r1", changed, uncertain=True))
    assert other.ticket.startswith(name[:6])
    assert len(shop.server.names(INBOX)) == 2


def test_s1_it_is_found_however_many_files_were_written_since(shop: Shop) -> None:
    push(shop)
    (name,) = shop.server.names(INBOX)
    die(shop)
    for number in range(3):
        push(shop, Push(f"r{number + 5}", SHIRT.model_copy(update={"sku": f"OUTRA-{number}"})))
    (again,) = push(shop, Push("r1", SHIRT, uncertain=True))
    assert again.ticket == f"{name}|CAM"
    assert "begun:PRD" not in shop.state.values
    assert len({file.rpartition("_")[2] for file in shop.server.names(INBOX)}) == 4  # each number once


def test_s1_it_is_found_where_the_store_has_moved_it(shop: Shop) -> None:
    push(shop)
    (name,) = shop.server.names(INBOX)
    die(shop)
    shop.server.folders.add(f"{INBOX}/processados")
    shop.server.files[f"{INBOX}/processados/{name}"] = shop.server.files.pop(f"{INBOX}/{name}")
    shop.server.times[f"{INBOX}/processados/{name}"] = 1
    (again,) = push(shop, Push("r1", SHIRT, uncertain=True))
    assert again.ticket == f"{name}|CAM"
    assert shop.server.names(INBOX) == []


def test_a_server_that_does_not_take_it_is_tried_later(shop: Shop) -> None:
    def fail(call: str, _path: str) -> None:
        if call == "write":
            raise TransientError("ftp.connection", "gone")

    shop.server.before = fail
    (outcome,) = push(shop)
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "ftp.not_published")


def test_a_rename_whose_fate_is_unknown_is_no_outcome(shop: Shop) -> None:
    renamed = False

    def fail(call: str, _path: str) -> None:
        nonlocal renamed
        renamed = renamed or call == "rename"
        if renamed:
            raise TransientError("ftp.connection", "gone")

    shop.server.after = fail
    with pytest.raises(EffectUnknown):
        push(shop)


def test_s1_what_the_server_might_still_rename_is_taken_back(shop: Shop) -> None:
    ended = []

    def fail(call: str, path: str) -> None:
        if call == "rename" and not ended:
            ended.append(path)
            raise TransientError("ftp.connection", "gone")

    shop.server.before = fail
    (outcome,) = push(shop)
    assert outcome.kind is OutcomeKind.RETRY
    assert shop.server.names(INBOX) == []


def test_s1_a_rename_in_the_moment_it_is_taken_back_is_no_outcome(shop: Shop) -> None:
    def fail(call: str, path: str) -> None:
        if call == "rename":
            raise TransientError("ftp.connection", "gone")
        if call == "delete":
            shop.server.files[path.removesuffix(".tmp")] = shop.server.files.pop(path)

    shop.server.before = fail
    with pytest.raises(EffectUnknown):
        push(shop)


def test_a_rename_that_took_place_although_the_connection_ended(shop: Shop) -> None:
    ended = []

    def fail(call: str, path: str) -> None:
        if call == "rename" and not ended:
            ended.append(path)
            raise TransientError("ftp.connection", "gone")

    shop.server.after = fail
    (outcome,) = push(shop)
    assert outcome.kind is OutcomeKind.SUBMITTED
    assert len(shop.server.names(INBOX)) == 1


def test_t4_an_invoice_names_its_xml_which_is_there_first(shop: Shop) -> None:
    (outcome,) = invoices.push_invoices(shop.context(), [Push("7001", NOTE)])
    assert outcome.kind is OutcomeKind.SUBMITTED
    (row,) = lines(shop, "notas")
    assert (row["chave"], row["modelo"], row["valor"], row["data_emissao"]) == (
        KEY,
        "55",
        "92.00",
        "2026-03-10",
    )
    assert row["arquivo_xml"] == f"{KEY}.xml"
    assert shop.server.files[f"notas/xml/{KEY}.xml"] == b"<nfe/>"


def test_t4_a_server_that_refuses_the_xml_gets_the_rest(shop: Shop) -> None:
    def fail(call: str, path: str) -> None:
        if "xml" in path and call == "write":
            raise TransientError("ftp.connection", "gone")

    shop.server.before = fail
    invoices.push_invoices(shop.context(), [Push("7001", NOTE)])
    list(invoices.push_invoices(shop.context(), [Push("7001", NOTE)]))
    assert lines(shop, "notas")[0]["arquivo_xml"] == ""


def test_t2_a_status_is_a_row_with_the_time_in_the_store_s_zone(shop: Shop) -> None:
    update = StatusUpdate(order_id="7001", status="5")
    (outcome,) = statuses.push_statuses(shop.context(), [Push("7001", update)])
    (name,) = shop.server.names("status/erp")
    assert (name[:4], outcome.ticket) == ("STE_", f"{name}|7001")
    (row,) = lines(shop, "status/erp")
    local = shop.clock.now().astimezone(ZoneInfo("America/Sao_Paulo"))
    assert (row["id_pedido"], row["id_status"], row["data_hora"]) == (
        "7001",
        "5",
        f"{local:%Y-%m-%d %H:%M:%S}",
    )


def test_s1_t2_a_status_that_an_attempt_without_answer_told_is_not_told_at_a_later_time(shop: Shop) -> None:
    delivered = Delivery(order_id="7001", status="9")
    list(statuses.push_deliveries(shop.context(), [Push("7001", delivered)]))
    (name,) = shop.server.names("status/erp")
    die(shop)
    shop.clock.sleep(100)
    (again,) = statuses.push_deliveries(shop.context(), [Push("7001", delivered, uncertain=True)])
    assert again.ticket == f"{name}|7001"
    other = StatusUpdate(order_id="7001", status="5")
    list(statuses.push_statuses(shop.context(), [Push("7001", other, uncertain=True)]))
    assert len(shop.server.names("status/erp")) == 2


def test_the_profile_xml_writes_xml_and_finds_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path / "work", monkeypatch, profile="xml", encoding="iso-8859-1")
    odd = SHIRT.model_copy(update={"name": "<a> & “b”\x01", "description": "one\r\ntwo"})
    (outcome,) = push(shop, Push("r1", odd))
    (name,) = shop.server.names(INBOX)
    assert (name[-4:], outcome.ticket) == (".xml", f"{name}|CAM")
    read = ET.fromstring(shop.server.files[f"{INBOX}/{name}"])
    assert (read.tag, [row.tag for row in read]) == ("produtos", ["produto", "produto"])
    whole = {cell.tag: cell.text for cell in read[0]}
    assert (whole["nome"], whole["descricao"], whole["preco"]) == ('<a> & "b"', "one\r\ntwo", "59.90")
    assert "marca" not in whole
    die(shop)
    (again,) = push(shop, Push("r1", odd, uncertain=True))
    assert again.ticket == outcome.ticket
    answer(shop, name, "CAM;OK;;;;501")
    assert outcomes(shop, name)[-1] == Outcome("r1", OutcomeKind.ACCEPTED)


def outcomes(
    shop: Shop, name: str, value: Product | Invoice = SHIRT, key: str = "CAM"
) -> list[Linked | Outcome]:
    submitted = Submitted("r1", f"{name}|{key}", value)
    return list(store_answers.fetch_outcomes(shop.context(), [submitted]))


def test_without_an_answer_there_is_no_outcome(shop: Shop) -> None:
    assert outcomes(shop, "PRD_x.csv") == []
    shop.server.folders.discard(ANSWERS)
    assert outcomes(shop, "PRD_x.csv") == []


def test_ids_come_before_the_outcome(shop: Shop) -> None:
    answer(shop, "PRD_x.csv", "CAM;OK;;;;501", "CAM-P;OK;;;;9001")
    assert outcomes(shop, "PRD_x.csv") == [
        Linked("r1", "r1", RemoteIds("501")),
        Linked("r1", "r2", RemoteIds("501", "9001")),
        Outcome("r1", OutcomeKind.ACCEPTED),
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("CAM;ATUALIZADO;;;;", OutcomeKind.ACCEPTED),
        ("CAM;AVISO;;;sem foto;", OutcomeKind.ACCEPTED),
        ("CAM;DUPLICADO;;;;", OutcomeKind.UNCHANGED),
        ("CAM;REJEITADO;E20;nome;falta;", OutcomeKind.REJECTED),
        ("PRD_x.csv;REJEITADO;E11;;;", OutcomeKind.REJECTED),
    ],
)
def test_what_each_result_means(shop: Shop, row: str, kind: OutcomeKind) -> None:
    answer(shop, "PRD_x.csv", row)
    found = outcomes(shop, "PRD_x.csv")[-1]
    assert isinstance(found, Outcome)
    assert found.kind is kind


def test_a_pending_answer_waits_for_the_second_one(shop: Shop) -> None:
    answer(shop, "PRD_x.csv", "CAM;PENDENTE;;;;")
    assert outcomes(shop, "PRD_x.csv") == []
    answer(shop, "PRD_x.csv", "CAM;OK;;;;501", number="_2")
    assert outcomes(shop, "PRD_x.csv")[-1] == Outcome("r1", OutcomeKind.ACCEPTED)


def test_a_variation_that_is_refused_refuses_its_product(shop: Shop) -> None:
    answer(shop, "PRD_x.csv", "CAM;OK;;;;501", "CAM-P;REJEITADO;E20;grade_valor_1;falta;")
    found = outcomes(shop, "PRD_x.csv")
    assert found[0] == Linked("r1", "r1", RemoteIds("501"))
    assert isinstance(found[-1], Outcome)
    assert (found[-1].kind, found[-1].field) == (OutcomeKind.REJECTED, "grade_valor_1")


def test_an_answer_that_cannot_be_read_is_none(shop: Shop) -> None:
    shop.server.put(f"{ANSWERS}/PRD_x.csv.ret.csv", b"\x00nothing")
    assert outcomes(shop, "PRD_x.csv") == []
