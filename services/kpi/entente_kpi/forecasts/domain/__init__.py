"""A4: forecasts to the due date."""

from .forecasting import COVERAGE, MOST, RULE_VERSION, Forecast, Method, NoForecast, condense, forecast, has_outliers

__all__ = [
    "COVERAGE", "MOST", "RULE_VERSION", "Forecast", "Method", "NoForecast", "condense", "forecast", "has_outliers",
]  # fmt: skip
