"""Lists that are brought in."""

from django.urls import path

from cases.views import supply as views

urlpatterns = [
    path("lists/", views.supplies, name="supplies"),
    path("lists/new/", views.bring_in, name="bring_in_supply"),
    path("lists/<uuid:pk>/", views.supply, name="supply"),
    path("lists/<uuid:pk>/describe/", views.describe, name="describe_supply"),
    path("lists/<uuid:pk>/all-rows/", views.choose_all, name="choose_all_supply_rows"),
    path("lists/<uuid:pk>/import/", views.import_list, name="import_supply"),
    path("lists/<uuid:pk>/give-up/", views.give_up, name="give_up_supply"),
    path("lists/<uuid:pk>/refused.csv", views.refused_csv, name="supply_refused"),
]
