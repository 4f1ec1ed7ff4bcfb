"""Who may reach what: one row per address of a network, one letter per actor, held by test_matrix.py.

Actors, in the order of the letters:
  V  visitor, not signed in          H  head, whose own enrolment and agency the address names
  P  peer head of the same cohort    M  regional manager
  C  coach of the cohort             S  second coach of the network, not of this cohort
  O  head of another network         F  former head, whose membership has ended
Letters: + answers (200, a redirect inside the site, 422 for an empty form); 405 to a post is left out
         - 403: the person may know that it exists     0  404, as if it did not exist     > asked to sign in
"""

from __future__ import annotations

ACTORS = "VHPMCSOF"

#                                  VHPMCSOF
PAGES = {
    "agencies:network_home":      ">+++++00",
    "agencies:import":            ">--+++00",
    "agencies:import_review":     ">--0+000",
    "agencies:import_report":     ">--0+000",
    "cohorts:list":               ">---++00",
    "cohorts:create":             ">---++00",
    "cohorts:programme":          ">---+000",
    "cohorts:dates":              ">---+000",
    "cohorts:pauses":             ">---+000",
    "cohorts:members":            ">---+000",
    "cohorts:bring_people":       ">---+000",
    "cohorts:import_people":      ">---+000",
    "cohorts:preview":            ">---+000",
    "cohorts:launch":             ">---+000",
    "cohorts:again":              ">---+000",
    "cohorts:coaches":            ">---+000",
    "cohorts:delete":             ">---+000",
    "cohorts:team":               ">--+++00",
    "cohorts:team_assign":        ">--+--00",
    "cohorts:team_end":           ">--+--00",
    "cohorts:team_invite":        ">--+++00",
    "cohorts:sessions":           ">---+000",
    "cohorts:session":            ">---+000",
    "learning:attendance":        ">---+000",
    "cohorts:session_edit":       ">---+000",
    "cohorts:attendance_sheet":   ">---+000",
    "cohorts:talks":              ">---+000",
    "cohorts:talk":               ">---+000",
    "cohorts:contact":            ">---+000",
    "cohorts:forget_contact":     ">---+000",
    "cohorts:correct_address":    ">---+000",
    "cohorts:invite":             ">---+000",
    "cohorts:join":               ">---+000",
    "cohorts:replace":            ">---+000",
    "programmes:install":         ">---++00",
    "learning:home":              ">+++--00",
    "learning:offline":           ">+++--00",
    "learning:path":              ">+++--00",
    "learning:values":            ">+++--00",
    "learning:circle":            ">+++--00",
    "learning:thread":            ">+++--00",
    "learning:charter":           ">+++--00",
    "learning:edit_charter":      ">+++--00",
    "learning:download_charter":  ">+++--00",
    "learning:share_charter":     ">+++--00",
    "learning:shared":            ">+++--00",
    "learning:brand_values":      ">--+++00",
    "learning:new_brand_value":   ">--+++00",
    "learning:brand_value":       ">--+++00",
    "learning:together":          ">+++--00",
    "learning:together_session":  ">++0--00",
    "learning:session_file":      ">++0--00",
    "learning:talk_file":         ">+++--00",
    "learning:pair":              ">+++--00",
    "learning:wall":              ">++---00",
    "learning:coach_wall":        ">---+000",
    "learning:upgrade":           ">---+000",
    "learning:undo_upgrade":      ">---+000",
    "learning:pause":             ">+++--00",
    "learning:room":              ">+++--00",
    "learning:room_draft":        ">+00--00",
    "learning:room_autosave":     ">+00--00",
    "learning:room_share":        ">+00--00",
    "learning:practice_image":    ">+00--00",
    "learning:certificate":       ">+++--00",
    "learning:help":              ">+++--00",
    "learning:recall":            ">+++--00",
    "learning:module":            ">+++--00",
    "learning:module_done":       ">+++--00",
    "learning:vote":              ">+++--00",
    "learning:step":              ">++0--00",
    "learning:autosave":          ">++0--00",
    "learning:share":             ">++0--00",
    "adoption:overview":          ">--+--00",
    "adoption:given":             ">--+--00",
    "adoption:agency":            ">--+--00",
    "adoption:cohort_detail":     ">---+000",
    "adoption:participant":       ">---+000",
    "adoption:changes":            ">---+000",
    "adoption:change":             ">---+000",
    "adoption:change_report":      ">---+000",
    "adoption:change_undo":        ">---+000",
    "adoption:submitted_image":   ">---+000",
    "adoption:confided":          ">---+000",
    "adoption:next_review":       ">---++00",
    "adoption:cohort_reviews":    ">---+000",
    "adoption:review":            ">---+000",
    "adoption:review_autosave":   ">---+000",
    "adoption:canned":            ">---++00",
    "adoption:canned_comment":    ">---+000",
    "reminders:rehearsal":        ">---+000",
    "reminders:rehearsed":        ">---+000",
    "reminders:cohort_messages":  ">---+000",
    "reminders:write_message":    ">---+000",
    "reminders:edit_message":     ">---+000",
    "reminders:message":          ">---+000",
    "reminders:days":             ">---+000",
    "reminders:decide":           ">---+000",
    "reminders:decide_several":   ">---+000",
    "reminders:letter":           ">---+000",
    "reminders:network_policy":   ">--+++00",
    "reminders:edit_network_policy": ">---++00",
    "reminders:network_closures": ">---++00",
    "reminders:cohort_policy":    ">---+000",
    "reminders:edit_cohort_policy": ">---+000",
    "reminders:explanation":      ">---+000",
    "reminders:reach":            ">---+000",
    "reminders:preferences":      ">++0--00",
    "api:agencies":               ">+++++00",
    "api:cohorts":                ">+++++00",
    "api:enrolments":             ">+++++00",
}  # fmt: skip

# Outside a network: the same for everybody who is signed in, and their own tests say the rest.
OUTSIDE = frozenset(
    """accounts:root accounts:language accounts:profile accounts:styleguide agencies:home agencies:invitation
    cohorts:create_several
    agencies:welcome agencies:who_sees_what agencies:notice accounts:accessibility accounts:legal
    accounts:favicon accounts:manifest accounts:away cohorts:calendar cohorts:feed
    adoption:coach_home adoption:reviews cohorts:library cohorts:library_programme
    programmes:import programmes:write_new programmes:export programmes:write_on programmes:compare
    programmes:draft programmes:week programmes:part programmes:undo programmes:discard
    programmes:publish programmes:module programmes:block
    learning:draft_preview learning:draft_preview_step learning:draft_preview_frame
    programmes:quiz programmes:export_quiz programmes:adopt
    api:me api:networks api:schema api:docs api:missing""".split()
)
