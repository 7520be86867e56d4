"""Default mappings go by name and type (D2)."""

import pytest

from tomada.domain.status import ErpStatus
from tomada.flows.mapping.defaults import default_shipping, default_status


@pytest.mark.parametrize(
    ("name", "type_", "status"),
    [
        ("AGUARDANDO PAGAMENTO", "open", ErpStatus.OPEN),
        ("AGUARDANDO VINDI", "open", ErpStatus.OPEN),
        ("A ENVIAR YAPAY", "open", ErpStatus.APPROVED),
        ("Aguardando  Envio", "open", ErpStatus.APPROVED),
        ("MKT-MM PAGAMENTO CONFIRMADO", "open", ErpStatus.APPROVED),
        ("MKT-MM NOTA FISCAL EMITIDA", "open", ErpStatus.INVOICED),
        ("EM TRÂNSITO", "open", ErpStatus.SHIPPED),
        ("NÃO ENTREGUE", "open", ErpStatus.NOT_DELIVERED),
        ("FINALIZADO", "closed", ErpStatus.DELIVERED),
        ("Encerrado pela loja", "closed", ErpStatus.DELIVERED),
        ("Desistência", "canceled", ErpStatus.CANCELLED),
        ("A EMBALAR", "open", None),
    ],
)
def test_d2_status(name: str, type_: str, status: ErpStatus | None) -> None:
    assert default_status(name, type_) == status


@pytest.mark.parametrize(
    ("label", "form"),
    [
        ("Correios Expresso", "C"),
        ("SEDEX 10", "C"),
        ("PAC", "C"),
        ("Jadlog .Package", "J"),
        ("Retirar na loja", "S"),
        ("Impacto Transportes", None),
        ("Motoboy", None),
    ],
)
def test_d2_shipping(label: str, form: str | None) -> None:
    assert default_shipping(label) == form
