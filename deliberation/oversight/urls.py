"""URL patterns of the public register of decision points, in every language."""

from django.urls import path

from . import register

urlpatterns = [path("", register.see_register, name="see_register")]
