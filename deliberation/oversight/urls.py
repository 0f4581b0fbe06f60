"""Which address of the site, in every language, lists all decision points?"""

from django.urls import path

from . import register

urlpatterns = [path("", register.see_register, name="see_register")]
