"""Where the pages of this app are: one file per noun beside this, put together here."""

from importlib import import_module
from pkgutil import iter_modules

app_name = "disclosures"
urlpatterns = [
    pattern
    for noun in sorted(module.name for module in iter_modules(__path__))
    for pattern in import_module(f"disclosures.urls.{noun}").urlpatterns
]
