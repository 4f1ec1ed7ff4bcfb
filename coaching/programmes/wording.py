"""Reasons as sentences in the reader's language; the only words about packages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from coaching.programmes.problems import Problem, Reason

Words = str | Promise

LANGUAGES: dict[object, Words] = {
    "fr": pgettext_lazy("texte", "français"),
    "en": pgettext_lazy("texte", "anglais"),
}
SENTENCES: dict[Reason, Words] = {
    # the files
    Reason.NO_FOLDER: _("Ce dossier n’existe pas."),
    Reason.NO_FILE: _("Ce fichier n’existe pas."),
    Reason.NOT_ALLOWED: _("Le système n’autorise pas la lecture ici."),
    Reason.UNREADABLE: _("Le système ne peut pas lire ceci (%(code)s)."),
    Reason.BAD_NAME: _(
        "Ce nom n’appartient pas au format : minuscules sans accent, chiffres et traits d’union."
    ),
    Reason.NOT_A_PLAIN_FILE: _("On attend ici un simple fichier, ni lien ni dossier."),
    Reason.FILE_TWICE: _("Ce fichier est deux fois dans le paquet."),
    Reason.FILE_TOO_LARGE: _("Ce fichier dépasse %(megabytes)s Mo."),
    Reason.TOO_MANY_FILES: _("Le paquet a plus de %(limit)s fichiers."),
    Reason.PACKAGE_TOO_LARGE: _("Le paquet dépasse %(megabytes)s Mo."),
    Reason.NOT_ZIP: _("Ce n’est pas un fichier ZIP lisible."),
    Reason.ZIP_UNSUPPORTED: _(
        "Ce ZIP ne peut pas être ouvert ici. Refaites-le avec la compression ordinaire."
    ),
    Reason.LEADS_OUT: _("Ce nom mène hors du paquet."),
    Reason.PASSWORD: _("Ce fichier est protégé par un mot de passe."),
    Reason.MISSING_FILE: _("Ce fichier manque."),
    Reason.STRAY_TEXT: _(
        "Aucune étape de lecture ou de pratique ne porte cette clé : renommez le fichier ou retirez-le."
    ),
    Reason.HAS_OWN_FILES: _("Cette partie a ses propres fichiers : retirez-la d’ici."),
    Reason.NOT_UTF8: _("Ce fichier n’est pas du texte UTF-8 : enregistrez-le de nouveau en UTF-8."),
    Reason.CONTROL_CHARACTER: _("Retirez le caractère de commande invisible %(code)s."),
    # YAML and JSON
    Reason.EMPTY: _("Le fichier est vide."),
    Reason.SEVERAL_DOCUMENTS: _("Un seul document par fichier : retirez la ligne qui porte ---."),
    Reason.DIRECTIVES: _("Les directives YAML (%%) n’appartiennent pas à ce format."),
    Reason.ANCHORS: _("Les ancres (&), les alias (*) et les types (!) n’appartiennent pas à ce format."),
    Reason.TOO_DEEP: _("Il y a trop de niveaux l’un dans l’autre."),
    Reason.KEY_IS_ONE_WORD: _("Une clé est un seul mot, suivi de deux-points."),
    Reason.KEY_TWICE: _("Cette clé est écrite deux fois dans le même bloc."),
    Reason.COLON_IN_TEXT: _(
        "Le texte contient un deux-points : écrivez-le à la ligne suivante, sous |-, "
        "deux espaces plus à droite."
    ),
    Reason.BAD_START: _(
        "Un texte ne peut pas commencer par ce caractère : écrivez-le à la ligne suivante, sous |-."
    ),
    Reason.BAD_INDENT: _("Les espaces au début de cette ligne ne s’accordent pas avec les lignes du dessus."),
    Reason.UNCLOSED_BRACKET: _(
        "Un crochet ou une accolade est ouvert et jamais refermé, ou une virgule manque."
    ),
    Reason.UNCLOSED_QUOTE: _("Un guillemet est ouvert et jamais refermé."),
    Reason.BAD_ESCAPE: _("Cette barre oblique inverse ne veut rien dire ici : écrivez le texte sous |-."),
    Reason.NOT_YAML: _("Ceci n’est pas du YAML lisible."),
    Reason.NOT_JSON: _(
        "Ceci n’est pas du JSON : une virgule, un guillemet ou une accolade manque peut-être juste avant."
    ),
    Reason.NOT_AN_OBJECT: _("On attend un objet JSON, entre accolades."),
    Reason.NOT_A_NUMBER: _("%(value)s n’est pas un nombre de ce format."),
    Reason.NUMBER_TOO_LONG: _("Un nombre a beaucoup trop de chiffres."),
    # the shape
    Reason.MISSING: _("Cette clé manque."),
    Reason.MISSING_TEXT: _("Le texte %(language)s manque ; son jumeau est à %(twin)s."),
    Reason.UNKNOWN_KEY: _(
        "Cette clé est inconnue ici (une faute de frappe, ou un niveau de trop à gauche ou à droite ?)."
    ),
    Reason.KEYS_EXPECTED: _("On attend ici des clés, chacune suivie de deux-points."),
    Reason.LIST_EXPECTED: _(
        "On attend ici une liste : une ligne par entrée, qui commence par un trait d’union."
    ),
    Reason.TEXT_EXPECTED: _("On attend ici un texte (un nombre s’y écrit entre apostrophes)."),
    Reason.NUMBER_EXPECTED: _("On attend ici un nombre entier, sans guillemets."),
    Reason.WHOLE_NUMBER: _("On attend ici un nombre entier, en chiffres."),
    Reason.BOOLEAN_EXPECTED: _("On attend ici true ou false, sans guillemets."),
    Reason.ONE_OF: _("On attend ici l’une de ces valeurs : %(expected)s."),
    Reason.UNKNOWN_VALUE: _("« %(value)s » est inconnu ici. Valeurs admises : %(expected)s."),
    Reason.BAD_FORM: _("Ceci n’a pas la forme attendue, par exemple %(example)s."),
    Reason.BAD_CHARACTERS: _("Ce texte a des caractères qui ne s’écrivent pas en UTF-8."),
    Reason.INVISIBLE_CHARACTER: _("Retirez le caractère invisible %(code)s (une tabulation, peut-être)."),
    Reason.EDGE_SPACES: _("Retirez les espaces ou lignes vides au début, à la fin, ou en bout de ligne."),
    Reason.ONE_LINE: _("Ce texte tient sur une seule ligne."),
    Reason.TEXT_EMPTY: _("Ce texte est vide."),
    Reason.TEXT_TOO_LONG: _("Ce texte dépasse %(limit)s caractères."),
    Reason.NUMBER_TOO_SMALL: _("Ce nombre est trop petit : %(limit)s au moins."),
    Reason.NUMBER_TOO_LARGE: _("Ce nombre est trop grand : %(limit)s au plus."),
    Reason.TOO_FEW_ENTRIES: _("Il n’y a pas assez d’entrées : %(limit)s au moins, ici %(actual)s."),
    Reason.TOO_MANY_ENTRIES: _("Il y a trop d’entrées : %(limit)s au plus, ici %(actual)s."),
    Reason.ONE_RIGHT_OPTION: _("Une question à choix unique a exactement une option juste (clé correct)."),
    Reason.RIGHT_AND_WRONG_OPTIONS: _(
        "Une question à choix multiples a au moins une option juste et une option fausse (clé correct)."
    ),
    Reason.INVALID: _("La valeur « %(value)s » ne convient pas à la clé « %(key)s »."),
    # the programme: references, order, sums
    Reason.KEY_OF_FOLDER: _(
        "Le dossier s’appelle « %(folder)s » : le dossier et la clé portent le même nom."
    ),
    Reason.KEY_OF_FILE: _("Le fichier s’appelle « %(name)s » : le fichier et la clé portent le même nom."),
    Reason.KEY_OF_NEIGHBOUR: _("La clé « %(key)s » est déjà celle d’une entrée voisine."),
    Reason.UNKNOWN_THEME: _("Le thème %(code)s n’est pas déclaré dans themes.yaml."),
    Reason.UNKNOWN_SOURCE: _("La source %(code)s n’est pas déclarée dans sources.yaml."),
    Reason.UNKNOWN_MODULE: _("Le module « %(module)s » n’est dans aucune semaine."),
    Reason.UNKNOWN_WEEK: _("Ce parcours n’a pas de semaine « %(week)s »."),
    Reason.UNKNOWN_DECK: _("Il n’y a pas de fichier decks/%(deck)s.yaml."),
    Reason.UNKNOWN_CARD: _("Aucun jeu n’a de carte « %(card)s »."),
    Reason.UNKNOWN_FAMILY: _("Ce jeu n’a pas de famille « %(family)s »."),
    Reason.MODULE_NOT_WRITTEN: _(
        "Le module « %(module)s » n’a pas de dossier et n’est pas annoncé sous to_write."
    ),
    Reason.MODULE_WRITTEN: _("Ce module est écrit : retirez-le de to_write."),
    Reason.MODULE_TWICE: _("Le module « %(module)s » est placé deux fois."),
    Reason.MODULE_IN_NO_WEEK: _("Ce module n’est dans aucune semaine de programme.yaml."),
    Reason.MODULE_COMES_LATER: _("Le module « %(module)s » vient plus tard dans le parcours."),
    Reason.NOT_A_BOOSTER: _(
        "Un module de la sorte booster se place sous boosters, "
        "et seuls un booster ou une enquête s’y placent."
    ),
    Reason.NO_RECALL: _("Une leçon a besoin d’au moins une question de rappel."),
    Reason.MODULE_MINUTES: _("Il est écrit %(written)s, mais ses étapes font %(total)s en tout."),
    Reason.ONE_TO_ONE_TWICE: _(
        "Un parcours a un seul entretien individuel : une séance de %(limit)s minutes ou moins en est un, "
        "et « %(session)s » l’est déjà. Allongez celle-ci, ou retirez-la."
    ),
    Reason.STAGE_MINUTES: _("Il est écrit %(written)s, mais ses phases font %(total)s en tout."),
    Reason.STEP_TOO_LONG: _("%(limit)s minutes au plus : coupez cette étape en deux."),
    Reason.THEME_NOT_ANNOUNCED: _(
        "Le thème %(code)s est travaillé ici, mais il manque aux thèmes du module."
    ),
    Reason.THEME_NOT_CARRIED: _("Le thème %(code)s est annoncé, mais aucune étape ne le porte."),
    Reason.NOTHING_FOR_SECTOR: _("Il ne reste aucune question pour le secteur %(sector)s."),
    Reason.CARD_COUNTS: _("rank, keep_min, keep_max et le nombre de cartes doivent aller en croissant."),
    Reason.NOT_AN_EARLIER_STEP: _("« %(step)s » n’est pas une étape précédente de ce module."),
    Reason.NO_SUCH_SCENE: _("Cette scène mène à « %(scene)s », qui n’est pas une scène de cette étape."),
    Reason.SCENE_LEADS_BACK: _(
        "Cette scène revient à « %(scene)s » : les scènes vont toujours vers l’avant."
    ),
    Reason.SCENE_NEEDS_THEN: _(
        "Une scène cachée à un secteur a besoin de la clé then, pour savoir où aller."
    ),
    Reason.SCENE_OUT_OF_REACH: _("Personne ne peut arriver à cette scène (secteurs : %(sectors)s)."),
    # the texts
    Reason.NO_BODY: _("Le texte manque : écrivez %(step)s.fr.md et %(step)s.en.md à côté de module.yaml."),
    Reason.NO_VARIANT_LINE: _("Il y a des passages par secteur, mais le texte n’a pas de ligne [[variant]]."),
    Reason.NO_GENERAL_TEXT: _(
        "[[variant]] demande au moins le texte @general, pour tous les autres secteurs."
    ),
    Reason.FOOTNOTE_WITHOUT_SOURCE: _(
        "La note [^%(code)s] n’est pas dans les sources de l’étape « %(step)s »."
    ),
    Reason.SOURCE_NOT_CITED: _(
        "%(code)s est dans la liste, mais le texte %(language)s n’a pas de note [^%(code)s]."
    ),
    Reason.TYPOGRAPHY: _("Typographie (lancez tidy_programme) : %(excerpt)s"),
    Reason.FRENCH_IN_ENGLISH: _("Le texte anglais a des espaces ou des guillemets français."),
    Reason.STRAIGHT_QUOTE: _("Guillemet ou apostrophe droite : %(excerpt)s"),
    Reason.DOUBLE_SPACE: _("Il y a deux espaces de suite."),
    Reason.NO_FIGURE: _("Le texte annonce un dessin : mettez %(step)s.svg à côté de module.yaml."),
    Reason.NO_FIGURE_LINE: _("Il y a un dessin, mais le texte n’a pas de ligne [[figure]]."),
    Reason.FIGURE_NOT_XML: _("Ce dessin n’est pas du SVG bien formé : une balise reste peut-être ouverte."),
    Reason.FIGURE_NO_VIEW_BOX: _("Un dessin est une seule balise svg, avec un viewBox."),
    Reason.FIGURE_NOT_ALLOWED: _("« %(what)s » n’a pas sa place dans un dessin de ce format."),
    Reason.FIGURE_NO_LANGUAGE: _("« %(what)s » demande des mots, et la langue où ils sont écrits (lang)."),
    Reason.FIGURE_TWINS: _(
        "Chaque « %(what)s » va par deux, une par langue : il y en a %(french)s en français et "
        "%(english)s en anglais."
    ),
    Reason.BODY_LENGTH: _("De %(fewest)s à %(most)s mots ; on en attend de %(least)s à %(limit)s."),
    Reason.PARAGRAPHS: _("Nombre de paragraphes : %(english)s en anglais, %(french)s en français."),
    Reason.RIGHT_IS_LONGEST: _("La bonne réponse se trahit par sa longueur."),
    Reason.WORD_TO_AVOID: _("Mot à éviter : %(word)s"),
    Reason.TOO_MANY_CHARACTERS: _("%(actual)s caractères ; %(limit)s au plus."),
    Reason.SHORT_FEEDBACK: _("En dessous de %(limit)s mots, un retour apprend rarement quelque chose."),
    Reason.LONG_SCENE: _("Cette scène a %(actual)s mots ; %(limit)s au plus."),
    # the files of a quiz
    Reason.NO_QUESTION: _("Cette question n’a pas de texte."),
    Reason.NO_ANSWERS: _("Cette question n’a pas de réponses."),
    Reason.EMPTY_ANSWER: _("Cette réponse est vide."),
    Reason.NO_RIGHT_ANSWER: _("Aucune réponse de cette question n’est juste."),
    Reason.FEW_ANSWERS: _(
        "Cette question a moins de trois réponses (%(actual)s) : ajoutez-en dans l’éditeur avant de publier."
    ),
    Reason.NO_FEEDBACK: _(
        "Cette réponse n’a pas de retour : écrivez dans l’éditeur ce qu’elle apprend, avant de publier."
    ),
    Reason.BRACE_NOT_CLOSED: _(
        "Cette accolade n’est pas refermée avant la fin de la question. "
        "Dans un texte, écrivez-la \\{ avec une barre oblique inverse."
    ),
    Reason.BRACE_NOT_OPENED: _(
        "Cette accolade se referme sans avoir été ouverte. Dans un texte, écrivez \\}."
    ),
    Reason.SECOND_ANSWERS: _(
        "Cette question a déjà ses réponses : séparez deux questions par une ligne vide."
    ),
    Reason.TITLE_NOT_CLOSED: _("Ce titre est ouvert par :: et jamais refermé."),
    Reason.NOT_AN_ANSWER: _("Une réponse commence par = (juste) ou ~ (fausse)."),
    Reason.BAD_WEIGHT: _("Un poids est un nombre de -100 à 100 entre deux %%, par exemple %%50%%."),
    Reason.NO_ARROW: _(
        "Les autres réponses de cette question vont par paires : il manque ici une flèche ->."
    ),
    Reason.KIND_ESSAY: _(
        "Une question à réponse libre n’existe pas dans un quiz d’ici : faites-en une étape de réflexion."
    ),
    Reason.KIND_NUMERICAL: _(
        "Une question à réponse numérique n’existe pas ici : proposez trois réponses à choisir."
    ),
    Reason.KIND_SHORT_ANSWER: _(
        "Une question à réponse courte n’existe pas ici : ajoutez des réponses fausses, avec ~, pour en "
        "faire un choix."
    ),
    Reason.CATEGORY_LEFT_OUT: _(
        "La catégorie est laissée de côté : ici, une question appartient à son étape."
    ),
    Reason.TAGS_LEFT_OUT: _("Les balises HTML de ce texte sont laissées de côté."),
    Reason.OUTSIDE_QUESTION: _("Cette ligne n’appartient à aucune question : une question commence par ##."),
    Reason.FEEDBACK_OF_NOTHING: _("Ce retour n’a pas de réponse au-dessus de lui."),
    Reason.BAD_BOX: _("Une case est [x] pour une réponse juste, [ ] pour une fausse."),
    Reason.NO_BOX: _(
        "Cette réponse n’a ni case [x] ou [ ], ni flèche -> pour une paire, ni numéro pour un ordre."
    ),
    Reason.MIXED_ANSWERS: _(
        "Les réponses d’une question sont toutes des cases, toutes des paires ou toutes numérotées."
    ),
    Reason.OTHER_KIND: _("Les réponses ne vont pas avec la sorte écrite ici."),
    Reason.TWIN_QUESTIONS: _(
        "Ce fichier a %(english)s questions, le français %(french)s : les deux vont ensemble, dans le "
        "même ordre."
    ),
    Reason.TWIN_ANSWERS: _(
        "Les réponses ne vont pas avec celles de la ligne %(line)s du fichier français : même nombre, "
        "mêmes réponses justes, même ordre."
    ),
    # publication
    Reason.STILL_TO_WRITE: _("Il reste à écrire : %(modules)s."),
    Reason.VERSION_TAKEN: _(
        "La version %(version)s est déjà publiée avec un autre contenu, et une version publiée ne change "
        "jamais : donnez un nouveau numéro à celle-ci."
    ),
    Reason.PROGRAMME_KEY_TAKEN: _(
        "La clé « %(key)s » est celle d’un parcours qui n’est pas le vôtre : choisissez-en une autre."
    ),
}


def problem_sentence(problem: Problem) -> str:
    """Why, in the active language."""
    params = dict(problem.params)
    if "language" in params:
        params["language"] = LANGUAGES[params["language"]]
    return str(SENTENCES[problem.reason]) % params


def problem_text(problem: Problem) -> str:
    """Where and why, on two lines: `file:line  keys`, then the sentence."""
    where = problem.path
    if problem.column is not None and not where:
        where = gettext("colonne %(column)s") % {"column": problem.column}
    return f"{problem.file}:{problem.line}  {where}\n    {problem_sentence(problem)}"
