"""The tracking code of an order (A9.6)."""

from tomada.domain.erp import ErpTracking
from tomada.tiny.client import TinyClient
from tomada.tiny.wire import filled


def write_tracking(client: TinyClient, erp_id: str, tracking: ErpTracking) -> None:
    """Write an order's code and address, with one call. A carrier is named for the form ``T`` only."""
    shipping = tracking.shipping
    fields = {
        "id": erp_id,
        "codigoRastreamento": tracking.code,
        "urlRastreamento": tracking.url,
        "formaEnvio": shipping and shipping.form,
        "formaFrete": shipping and shipping.service,
        "transportadora": shipping and shipping.form.upper() == "T" and shipping.carrier,
        "observacoes": tracking.note,
    }
    params = {key: str(value) for key, value in filled(fields).items() if value}
    client.write("cadastrar.codigo.rastreamento.pedido.php", params)
