"""The exchange's figures as Prometheus reads them.

Imports: nothing of ours. Imported by: serving.
"""

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

Figures = Mapping[str, float | Mapping[str, float]]


def metrics_text(figures: Figures) -> bytes:
    """Return the exposition format. A name that ends in `_total` is a counter; a mapping gets one label, `of`."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        for name, value in self._figures.items():
            kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            metric = kind(f"fathom_exchange_{name}", name.replace("_", " "), labels=["of"])
            rows = value.items() if isinstance(value, Mapping) else [("all", value)]
            for label, number in rows:
                metric.add_metric([label], number)
            yield metric
