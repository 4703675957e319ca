"""The addresses of what has been sent."""

from django.urls import URLPattern, path

from notifications.views import letters, samples

manager: list[URLPattern] = [
    path("letters/", letters.letters, name="letters"),
    path("letters/again/", letters.letters_again, name="letters-again"),
    path("letters/kinds/", samples.letter_kinds, name="letter-kinds"),
    path("letters/kinds/<slug:name>/", samples.letter_kind, name="letter-kind"),
    path(
        "letters/kinds/<slug:name>/<slug:language>/html/",
        samples.letter_kind_html,
        name="letter-kind-html",
    ),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/html/", letters.letter_html, name="letter-html"),
]
