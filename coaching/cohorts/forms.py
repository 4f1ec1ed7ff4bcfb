"""Forms of the cohort's pages: the four steps of a new one, its launch, and a noted exchange."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.cairn import day_month
from agencies.public_id import is_public_id
from coaching.cohorts.calendar import CalendarError, Period
from coaching.cohorts.models import CoachContact, Cohort
from coaching.cohorts.people import Candidate
from coaching.cohorts.services import draw_calendar
from coaching.cohorts.suggestions import SCHOOL_ZONES, BlackoutSuggestion
from coaching.cohorts.usual_pauses import LABELS
from coaching.programmes.models import ProgrammeVersion

TUESDAY = 2
OFFERED_TUESDAYS = 30
LONGEST_PAUSE_DAYS = 84
EARLIEST, LATEST = dt.time(7, 0), dt.time(20, 0)  # a live session keeps to people's working hours

CALENDAR_PROBLEMS = {
    "start_not_tuesday": _("Une promotion s’ouvre un mardi."),
    "no_free_week": _("Ces pauses ne laissent aucune semaine libre : raccourcissez-en une."),
    "no_open_day": _("Ces pauses ne laissent aucun jour ouvert : raccourcissez-en une."),
}


def calendar_problem(error: CalendarError) -> Any:
    """What to tell a coach when no calendar can be drawn."""
    return CALENDAR_PROBLEMS.get(
        error.code, _("Aucun calendrier ne convient à ces dates : changez le premier mardi ou les pauses.")
    )


def next_tuesdays(today: dt.date, count: int = OFFERED_TUESDAYS) -> list[dt.date]:
    """The Tuesdays after today."""
    first = today + dt.timedelta(days=(TUESDAY - today.isoweekday() - 1) % 7 + 1)
    return [first + dt.timedelta(days=7 * n) for n in range(count)]


def usual_start(today: dt.date) -> dt.date:
    """The Tuesday offered first: two weeks to invite people, and week 0 opens one week before."""
    return next_tuesdays(today + dt.timedelta(days=14), 1)[0]


class ProgrammeForm(forms.Form):
    """Step 1: the version of the programme, and a name."""

    programme_version = forms.ChoiceField(label=_("Parcours"))
    name = forms.CharField(
        label=_("Nom de la promotion"),
        max_length=120,
        help_text=_("Par exemple la région et la saison. Les personnes inscrites le verront."),
    )

    def __init__(self, *args: Any, versions: Sequence[ProgrammeVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.public_id: version for version in versions}
        choice: Any = self.fields["programme_version"]
        choice.choices = [(key, version_label(version)) for key, version in self.versions.items()]

    def clean_programme_version(self) -> ProgrammeVersion:
        return self.versions[self.cleaned_data["programme_version"]]


def version_title(version: ProgrammeVersion) -> str:
    """« Présence & valeurs », in the reader's language."""
    return version.title_en if (get_language() or "fr").startswith("en") else version.title_fr


def version_label(version: ProgrammeVersion) -> str:
    """« Présence & valeurs, version 1.0 », in the reader's language."""
    words = {"title": version_title(version), "label": version.label}
    return str(_("%(title)s, version %(label)s") % words)


class WebAddressField(forms.URLField):
    """http or https, and one sentence when it is neither."""

    default_validators = [URLValidator(schemes=["https", "http"])]


class DatesForm(forms.Form):
    """Step 2: the first Tuesday, and when and where the live sessions are held."""

    starts_on = forms.TypedChoiceField(
        label=_("Premier mardi"),
        coerce=dt.date.fromisoformat,
        help_text=_("La semaine 1 s’ouvre ce jour-là à 6 h, celle de l’accueil sept jours avant."),
    )
    session_weekday = forms.TypedChoiceField(
        label=_("Jour des séances en direct"),
        coerce=int,
        choices=[
            (1, _("Lundi")),
            (2, _("Mardi")),
            (3, _("Mercredi")),
            (4, _("Jeudi")),
            (5, _("Vendredi")),
        ],
    )
    session_time = forms.TimeField(
        label=_("Heure des séances"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("À l’heure du réseau."),
    )
    session_url = WebAddressField(
        label=_("Lien de la visioconférence"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Le même pour toutes les séances. Après le lancement, il s’ajoute à chaque séance."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["starts_on"]
        choice.choices = [(day.isoformat(), f"{day_month(day)} {day.year}") for day in next_tuesdays(today)]

    def clean_session_time(self) -> dt.time:
        time: dt.time = self.cleaned_data["session_time"]
        if not EARLIEST <= time <= LATEST:
            raise forms.ValidationError(_("Choisissez une heure entre 7 h et 20 h."))
        return time


class ZoneForm(forms.Form):
    """Which school holidays to suggest; drawn beside the form of step 3 and sent with it."""

    zone = forms.ChoiceField(
        label=_("Zone scolaire"),
        required=False,
        choices=[("", _("Aucune")), *((zone, zone) for zone in SCHOOL_ZONES)],
        widget=forms.Select(attrs={"form": "pauses"}),
    )


class SuggestionsForm(forms.Form):
    """Step 3, the weeks that are suggested as pauses."""

    chosen = forms.MultipleChoiceField(label=_("Pauses proposées"), required=False)

    def __init__(
        self, *args: Any, suggestions: Iterable[BlackoutSuggestion], stored: Iterable[Period], **kwargs: Any
    ) -> None:
        self.periods = {suggestion_key(each): _labelled(each) for each in suggestions}
        days = {(period.starts_on, period.ends_on) for period in stored}
        kwargs["initial"] = {
            "chosen": [k for k, period in self.periods.items() if (period.starts_on, period.ends_on) in days]
        }
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["chosen"]
        choice.choices = [(key, period.label) for key, period in self.periods.items()]

    @property
    def rows(self) -> list[tuple[str, Period, bool]]:
        """What the page draws: value, period, ticked."""
        ticked = self["chosen"].value() or []
        return [(key, period, key in ticked) for key, period in self.periods.items()]

    def chosen_periods(self) -> list[Period]:
        return [self.periods[key] for key in self.cleaned_data["chosen"]]


def suggestion_key(suggestion: BlackoutSuggestion) -> str:
    return f"{suggestion.code}-{suggestion.period.starts_on:%Y%m%d}"


def _labelled(suggestion: BlackoutSuggestion) -> Period:
    label = str(LABELS[suggestion.code])
    return Period(suggestion.period.starts_on, suggestion.period.ends_on, label)


class PauseForm(forms.Form):
    """One pause with dates of one's own; an empty row is no pause."""

    starts_on = forms.DateField(
        label=_("Du"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Au (inclus)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    label = forms.CharField(label=_("Motif"), required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if cleaned.get("label") and not first and "starts_on" not in self.errors:
            self.add_error("starts_on", _("Indiquez le premier jour de cette pause, ou videz la ligne."))
        elif first and not last and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Indiquez le dernier jour de cette pause."))
        elif last and not first and "starts_on" not in self.errors:
            self.add_error("starts_on", _("Indiquez le premier jour de cette pause."))
        elif first and last and last < first:
            self.add_error("ends_on", _("Le dernier jour vient avant le premier."))
        elif first and last and (last - first).days >= LONGEST_PAUSE_DAYS:
            self.add_error("ends_on", _("Une pause dure au plus douze semaines."))
        return cleaned

    def period(self) -> Period | None:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        return Period(first, last, self.cleaned_data.get("label", "")) if first and last else None


class BasePauseFormSet(forms.BaseFormSet):
    """Step 3, the other pauses."""

    def periods(self) -> list[Period]:
        return [period for form in self.forms if (period := form.period())]


PauseFormSet = forms.formset_factory(
    PauseForm, formset=BasePauseFormSet, extra=2, max_num=12, absolute_max=24, validate_max=True
)


def problem_of_pauses(cohort: Cohort, pauses: Iterable[Period]) -> Any:
    """The sentence that says why no calendar fits these pauses, or "" ."""
    try:
        draw_calendar(cohort, pauses)
    except CalendarError as error:
        return calendar_problem(error)
    return ""


TICK_ALL, TICK_NONE = "all", "none"


class MembersForm(forms.Form):
    """Step 4: who takes part; one box per person, even with two agencies (domain.md 4.8)."""

    people = forms.MultipleChoiceField(
        label=_("Personnes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins une personne."),
            "invalid_choice": _("Une des personnes choisies n’est plus dans ce réseau : vérifiez la liste."),
        },
    )

    def __init__(
        self,
        *args: Any,
        candidates: Sequence[Candidate],
        chosen: Iterable[int],
        tick: str = "",
        **kwargs: Any,
    ) -> None:
        """`tick` sets other boxes than the stored ones: TICK_ALL, TICK_NONE or a département."""
        self.candidates = {candidate.key: candidate for candidate in candidates}
        wanted = set(chosen)
        ticked = {key for key, each in self.candidates.items() if _is_ticked(each, wanted, tick)}
        kwargs["initial"] = {"people": [key for key in self.candidates if key in ticked]}
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["people"]
        choice.choices = [(key, candidate.name) for key, candidate in self.candidates.items()]

    @property
    def rows(self) -> list[tuple[Candidate, bool]]:
        """What the page draws: the person, ticked."""
        ticked = set(self["people"].value() or [])
        return [(candidate, key in ticked) for key, candidate in self.candidates.items()]

    @property
    def is_anybody_ticked(self) -> bool:
        return bool(self["people"].value())

    def memberships(self) -> list[Any]:
        return [self.candidates[key].membership for key in self.cleaned_data["people"]]


def _is_ticked(candidate: Candidate, enrolled: set[int], tick: str) -> bool:
    if tick == TICK_NONE:
        return False
    if tick:
        return candidate.is_head and tick in (TICK_ALL, *candidate.places)
    return candidate.is_among(enrolled) if enrolled else candidate.is_expected


class LaunchForm(forms.Form):
    """The last word before invitations go out."""

    confirm = forms.BooleanField(
        label=_("J’ai relu les dates et la liste des personnes."),
        error_messages={"required": _("Cochez la case quand vous avez relu les dates et les personnes.")},
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)  # the mark of the draft that was read


CALL_BACK_DAYS = 60  # further away, a note in one's own diary serves better


class ContactForm(forms.Form):
    """An exchange with one person, noted in a few seconds; the note is read by coaches only.

    `key` is this form's own, proposed once: sent twice, it notes one exchange. `followed` says that the
    page was drawn while the person took part: if that changed meanwhile, nothing is noted unseen.
    """

    kind = forms.ChoiceField(
        label=_("Comment ?"),
        choices=CoachContact.Kind.choices,
        initial=CoachContact.Kind.CALL,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("En deux mots"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Seuls les coachs de cette promotion lisent cette note."),
    )
    call_back_on = forms.DateField(
        label=_("Je rappelle le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Facultatif. D’ici là, cette personne n’est plus dans votre liste."),
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    followed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        return key if is_public_id(key) else ""

    def clean_call_back_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["call_back_on"]
        if day and not 0 < (day - self.today).days <= CALL_BACK_DAYS:
            raise forms.ValidationError(_("Choisissez un jour entre demain et dans deux mois."))
        return day
