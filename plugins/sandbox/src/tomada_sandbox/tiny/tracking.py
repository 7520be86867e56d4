"""The tracking code of an order (tiny-api.md A9.6)."""

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny.envelope import INVALID, PARAMETER, RefusedError, success
from tomada_sandbox.tiny.order_draft import SHIPPING_CODES
from tomada_sandbox.tiny.order_search import find
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World

_CODE, _URL = 20, 120


def register(world: World, account: Account, request: Request) -> Answer:
    """``cadastrar.codigo.rastreamento.pedido.php``."""
    params = parameters(request)
    order = find(account, params)
    code, url = params.get("codigoRastreamento", ""), params.get("urlRastreamento", "")
    if account.switches.strict_lengths and (len(code) > _CODE or len(url) > _URL):
        raise RefusedError(INVALID, "O código ou a url de rastreamento é longo demais")
    form = params.get("formaEnvio", "").upper()
    if form and form not in SHIPPING_CODES:
        raise RefusedError(PARAMETER, "O parâmetro formaEnvio é inválido")
    carrier = params.get("transportadora", "")
    if carrier and (form != "T" or account.contact_by("name", carrier) is None):
        raise RefusedError(INVALID, "Transportadora não localizada")
    order.tracking_code, order.tracking_url = code[:_CODE], url[:_URL]
    told = {"forma_envio": form, "forma_frete": params.get("formaFrete", ""), "nome_transportador": carrier}
    order.texts |= {key: value for key, value in told.items() if value}
    order.updated = world.stamp(account)
    request.note(order=order.id, tracking=order.tracking_code)
    return success()
