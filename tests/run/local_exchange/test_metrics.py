"""The exchange's figures as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from fathom.run.local_exchange.metrics import metrics_text


def test_counters_gauges_and_labels() -> None:
    text = metrics_text({"frames_total": 12, "connections": {"public": 2, "private": 1}, "orders_open": 3}).decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["fathom_exchange_frames"].type == "counter"
    assert families["fathom_exchange_connections"].type == "gauge"
    samples = {(s.name, s.labels["of"]): s.value for family in families.values() for s in family.samples}
    assert samples == {
        ("fathom_exchange_frames_total", "all"): 12,
        ("fathom_exchange_connections", "public"): 2,
        ("fathom_exchange_connections", "private"): 1,
        ("fathom_exchange_orders_open", "all"): 3,
    }
