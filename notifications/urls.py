"""The addresses of what has been sent."""

from django.urls import URLPattern, path

from notifications.views import letters

manager: list[URLPattern] = [
    path("letters/", letters.letters, name="letters"),
    path("letters/again/", letters.letters_again, name="letters-again"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
]
