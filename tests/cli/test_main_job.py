"""The main job from end to end, through the installed console script."""

from tests.world import World


def test_a_plan_after_an_apply_is_empty(sales: World) -> None:
    planned = sales.json("plan", "--detailed-exitcode")
    assert planned.status == 2
    assert planned.json["summary"] == {
        "changed": 1, "cleared": 0, "forgotten": 0, "adopted": 1, "unchanged": 0, "unmanaged": 0, "drifted": 0,
    }  # fmt: skip
    assert sales.apply().json["status"] == "applied"
    assert sales.live("JPEREZ") == {
        "address": "jperez@acme.example", "password": "clave-jperez", "server": "smtp.acme.example", "port": 587,
        "ssl": 1, "domain": None, "header": None, "signature": None, "footer": None,
    }  # fmt: skip
    assert sales.json("plan", "--detailed-exitcode").status == 0
    assert sales.json("drift").status == 0


def test_what_the_erp_changed_is_drift_and_is_planned_back(sales: World) -> None:
    sales.apply()
    sales.change("MROJAS", port=2525)
    drifted = sales.json("drift")
    assert drifted.status == 2
    assert drifted.json["accounts"] == [
        {
            "user": "MROJAS",
            "department": "VENTAS",
            "fields": [{"field": "port", "applied": 587, "live": 2525, "sensitive": False}],
        }
    ]
    (change,) = sales.json("plan").json["changes"]
    assert change["fields"] == [{"field": "port", "before": 2525, "after": 587, "origin": "drift", "sensitive": False}]
