"""The agenda of a meeting and its items."""

from django.urls import path

from meetings.views import agenda as views

urlpatterns = [
    path("<uuid:pk>/agenda/", views.agenda, name="agenda"),
    path("<uuid:pk>/agenda/list/<uuid:referral_id>/", views.list_case, name="list_case"),
    path("<uuid:pk>/agenda/order/", views.order, name="order"),
    path("<uuid:pk>/agenda/release/", views.release_agency, name="release_agency"),
    path("<uuid:pk>/agenda/freeze/", views.freeze, name="freeze"),
    path("<uuid:pk>/agenda/amend/", views.amend, name="amend"),
    path("items/<uuid:pk>/", views.change_item, name="change_item"),
    path("items/<uuid:pk>/remove/", views.remove_item, name="remove_item"),
    path("items/<uuid:pk>/move/", views.move_item, name="move_item"),
    path("items/<uuid:pk>/confirm-presenter/", views.confirm_presenter, name="confirm_presenter"),
    path("items/<uuid:pk>/decline-presenter/", views.decline_presenter, name="decline_presenter"),
    path("items/<uuid:pk>/ask/", views.ask_agency, name="ask_agency"),
]
