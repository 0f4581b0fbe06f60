"""Which address leads to which document of a decision point? Included by desk_urls.py."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.see_documents, name="see_documents"),
    path("gegevens/", views.note_point, name="note_point"),
    path("<slug:kind>/", views.see_document, name="see_document"),
    path("<slug:kind>.pdf", views.document_pdf, name="document_pdf"),
    path("<slug:kind>.docx", views.document_docx, name="document_docx"),
]
