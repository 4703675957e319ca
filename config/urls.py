"""The whole address book: who finds what where."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from attendance import urls as attendance
from booking import urls as booking
from config import expected, health, languages, pages
from goals import urls as goals
from notifications import urls as notifications
from workshops import urls as workshops

admin.site.site_header = admin.site.site_title = settings.BRAND_NAME
admin.site.unregister(EmailAddress)  # a second address of a user would be a second door
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one door

# One by one, since what is not listed does not exist: no page adds a second address to a user.
accounts = [
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
# Each app lists its own pages; they share one namespace for each audience.
public = [
    path("privacy/", pages.privacy, name="privacy"),
    path("was", pages.was, name="was"),
    *workshops.public,
    *booking.public,
    *goals.public,
]
facilitate = [*workshops.facilitator, *attendance.facilitator, *goals.facilitator]
manage = [
    path("", pages.start, name="start"),
    *workshops.manager,
    *booking.manager,
    *attendance.manager,
    *goals.manager,
    *notifications.manager,
]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("brand.css", pages.brand_css, name="brand_css"),
    path("language/", languages.set_language, name="set_language"),
    *expected.urls,
    path("accounts/", include(accounts)),
    path("facilitate/", include((facilitate, "facilitate"))),
    path("manage/", include((manage, "manage"))),
    path("admin/", admin.site.urls),
    path("", include((public, "public"))),
]
