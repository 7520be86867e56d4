"""Codes are written, labels are read (tiny-api.md A9.1)."""

import pytest

from tests.tiny.samples import Remote, failure, ok
from tomada.domain.status import ErpStatus
from tomada.errors import RejectedByRemote
from tomada.tiny.status import code_of, status_of


@pytest.mark.parametrize("status", ErpStatus)
def test_every_code_is_read_in_any_case(status):
    assert status_of(status.value) is status
    assert status_of(status.value.upper()) is status


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("Em aberto", ErpStatus.OPEN),
        ("Aprovado", ErpStatus.APPROVED),
        ("Preparando envio", ErpStatus.PREPARING),
        ("Faturado (atendido)", ErpStatus.INVOICED),
        ("Faturado", ErpStatus.INVOICED),
        ("Atendido", ErpStatus.INVOICED),
        ("Pronto para envio", ErpStatus.READY),
        ("Enviado", ErpStatus.SHIPPED),
        ("Entregue", ErpStatus.DELIVERED),
        ("Não Entregue", ErpStatus.NOT_DELIVERED),
        ("NÃO  ENTREGUE ", ErpStatus.NOT_DELIVERED),
        ("Cancelado", ErpStatus.CANCELLED),
        ("Cancelado pelo marketplace", ErpStatus.CANCELLED),
        ("Dados incompletos", ErpStatus.INCOMPLETE),
        ("", None),
        ("Qualquer outra", None),
    ],
)
def test_labels(label, status):
    assert status_of(label) is status


@pytest.mark.parametrize("status", [status for status in ErpStatus if status is not ErpStatus.INCOMPLETE])
def test_every_status_but_one_has_a_code(status):
    assert code_of(status) == status.value


def test_incomplete_cannot_be_written():
    with pytest.raises(RejectedByRemote) as caught:
        code_of(ErpStatus.INCOMPLETE)
    assert caught.value.field == "situacao"


def test_set_status_writes_the_code_once():
    remote = Remote(pedido_alterar_situacao=ok())
    remote.driver().set_order_status("55", ErpStatus.READY)
    [(service, form)] = remote.calls
    assert (service, form["id"], form["situacao"]) == ("pedido.alterar.situacao", "55", "pronto_envio")
    assert remote.requests[0].extensions["safe"] is False


def test_the_status_of_an_unknown_order_is_rejected():
    remote = Remote(pedido_alterar_situacao=failure(32, "Pedido não localizado"))
    with pytest.raises(RejectedByRemote, match="Pedido não localizado") as caught:
        remote.driver().set_order_status("55", ErpStatus.READY)
    assert caught.value.code == "tiny.not_found"
