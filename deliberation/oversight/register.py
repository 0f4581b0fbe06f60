"""The public view of the register of decisions: how far residents may go in each, and why."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .queries import in_words, level_names, public_points, rows_of, years_of

PER_PAGE = 20


@require_safe
def see_register(request):
    """List the decision points of every project with a page; by level and year when asked."""
    municipality, language = request.municipality, get_language()
    if not municipality:
        raise Http404("no municipality here")
    everything = public_points(municipality)
    years = years_of(everything)
    names = level_names(everything, municipality, language)
    level = request.GET.get("level", "") if request.GET.get("level", "") in names else ""
    year = next((one for one in years if str(one) == request.GET.get("year")), None)
    points = public_points(municipality, level=level, year=year)
    page = Paginator(points, PER_PAGE).get_page(request.GET.get("page"))
    asked = {"level": level, "year": year}
    context = {
        "rows": in_words(rows_of(page.object_list), language),
        "page_of_rows": page,
        "anything": bool(years),
        "levels": names.items(),
        "level": level,
        "years": years,
        "year": year,
        "query": urlencode({name: value for name, value in asked.items() if value}) + "&",
    }
    return render(request, "deliberation/oversight/see_register.html", context)
