"""The addresses of the documents of a decision point on the officer's desk. Mounted once, by cms."""

from django.urls import path

from . import views

app_name = "documents"

urlpatterns = [
    path("", views.see_documents, name="see_documents"),
    path("gegevens/", views.note_point, name="note_point"),
    path("<slug:kind>/", views.see_document, name="see_document"),
    path("<slug:kind>.pdf", views.document_pdf, name="document_pdf"),
    path("<slug:kind>.docx", views.document_docx, name="document_docx"),
]
