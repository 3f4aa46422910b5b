"""Weather of every cell and day, from monthly climate or from daily series."""

from .daily import DailySeries, DailyWeather
from .day import DayWeather
from .monthly import MonthlyClimate, MonthlyWeather
from .parameters import WEATHER, WeatherParameters

__all__ = [
    "WEATHER",
    "DailySeries",
    "DailyWeather",
    "DayWeather",
    "MonthlyClimate",
    "MonthlyWeather",
    "WeatherParameters",
]
