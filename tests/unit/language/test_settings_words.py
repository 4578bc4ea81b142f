"""Every setting of a programme has a name that people read."""

import pytest

from app.language.settings_words import setting_name, setting_path
from app.web import programme_forms as forms
from app.web.programme_pages import NOT_COMPARED

MODELS = (forms.BasicsForm, forms.RulesForm, forms.CallForm, forms.TrackForm, forms.TemplateRowForm)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_of_a_form_has_a_name(model: type[forms.SettingsForm]) -> None:
    names = {name for name in model.model_fields if name not in NOT_COMPARED and not name.endswith("_code")}
    assert {name for name in names if setting_name("en", name) == name} == set()


def test_a_field_in_a_language_and_a_slot_says_both() -> None:
    assert setting_name("en", "title_fr") == "Title in French"
    assert setting_name("nl", "promise_2_nl") == "Belofte 2 in het Nederlands"
    assert setting_name("en", "something_new") == "something_new"


def test_the_weight_of_the_language_is_not_the_language_of_a_track() -> None:
    assert setting_path("en", ("rules", "pairing", "language")) == "Rules › Pairing › Weight of the working language"
    assert setting_path("en", ("tracks", "rwanda", "language")) == "Tracks › rwanda › Working language"
