"""Two modalities, one truth: a store read over REST and over SOAP gives the same orders in the ERP."""

from tests.e2e.same_orders import ORDERS, in_erp
from tests.e2e.stage import Stage
from tests.soap.foreign import serving
from tests.soap.stage import SoapStage


def test_m2_the_same_orders_in_the_erp_to_the_cent_and_to_the_mapping(stage: SoapStage) -> None:
    Stage.add_store(stage, "rest")
    remote = stage.remote("rest")
    address = f"{serving(stage.sandbox.url)}/tray/{remote}"
    stage.connect("soap", stage.sandbox.state_of("tray", remote), settings={"address": address})
    ids = [stage.place("rest", **told) for told in (*ORDERS, {"items": [], "total": "50.00"})]
    stage.later(10)
    stage.sync("rest", "soap")
    for remote_id in ids:
        rest, soap = stage.order("rest", remote_id), stage.order("soap", remote_id)
        assert (soap.state, soap.reason, soap.total) == (rest.state, rest.reason, rest.total)
    over_rest = in_erp(stage, "label-rest")
    assert len(over_rest) > 5
    for one, other in zip(in_erp(stage, "label-soap"), over_rest, strict=True):
        assert one == other
