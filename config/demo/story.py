"""Who takes part in the demonstration and how each person goes along. Everybody here is invented."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Pace(StrEnum):
    """How a person goes through the weeks."""

    AHEAD = "ahead"  # on the morning a week opens
    STEADY = "steady"  # within the week
    SLOW = "slow"  # a week and a half after
    PAUSED = "paused"  # steady, then a pause of two weeks
    STUCK = "stuck"  # stopped in week 0
    NEW = "new"  # took over ten days ago
    LEFT = "left"  # was replaced after week 1
    ABSENT = "absent"  # never opened the invitation


@dataclass(frozen=True, slots=True)
class Head:
    """One agency, its head, and how that person goes along."""

    agency: str
    postal_code: str
    name: str
    pace: Pace
    open_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    language: str = "fr"
    status: str = "employee"
    reach: tuple[int, int] = (8, 99)  # the last week, and how many of its steps, that this person gets to

    @property
    def email(self) -> str:
        return address(self.name, "rivages.test")


def address(name: str, domain: str) -> str:
    """Bruno Le Roux becomes bruno.leroux@domain; only reserved domains, which no mail reaches."""
    first, *rest = name.lower().translate(str.maketrans("éèêëàâïîôùûç", "eeeeaaiiouuc")).split()
    return f"{first}.{''.join(rest)}@{domain}"


COACH = ("Claire Aubert", "claire.aubert@coach.example")
MANAGER = ("Nathalie Mercier", "nathalie.mercier@rivages.test")
SECOND_MANAGER = ("Olivier Sanchez", "olivier.sanchez@toits.example")
DOORS = {
    "head": address("Karim Benali", "rivages.test"),
    "manager": MANAGER[1],
    "coach": COACH[1],
}

SATURDAYS = (2, 3, 4, 5, 6)

RIVAGES = (
    Head("Angers", "49000", "Hélène Moreau", Pace.AHEAD),
    Head("Brest Port", "29200", "Gwenaël Riou", Pace.STEADY),
    Head("Caen", "14000", "Isabelle Marie", Pace.STEADY, reach=(4, 1)),
    Head("Cherbourg", "50100", "Sylvie Hamel", Pace.STUCK),
    Head("Cholet", "49300", "Marc Bouvier", Pace.LEFT),
    Head("La Roche-sur-Yon", "85000", "Véronique Gautier", Pace.SLOW),
    Head("Laval", "53000", "Catherine Bodin", Pace.STEADY),
    Head("Le Havre", "76600", "Patrick Lemaître", Pace.SLOW),
    Head("Le Mans", "72000", "Didier Rousseau", Pace.STEADY, reach=(5, 1)),
    Head("Lorient", "56100", "Pascal Tanguy", Pace.ABSENT),
    Head("Nantes Île", "44200", "Sophie Guillou", Pace.AHEAD),
    Head("Poitiers", "86000", "Élise Fournier", Pace.STEADY, SATURDAYS, reach=(4, 3)),
    Head("Quimper", "29000", "Anne Kerbrat", Pace.STEADY),
    Head("Rennes Centre", "35000", "Karim Benali", Pace.STEADY, reach=(5, 1)),
    Head("Rouen", "76000", "Nadia Cherif", Pace.SLOW, (1, 3, 4, 5)),
    Head("Saint-Brieuc", "22000", "Bruno Le Roux", Pace.STUCK),
    Head("Saint-Malo", "35400", "Thomas Le Bris", Pace.STEADY, reach=(3, 2)),
    Head("Saint-Nazaire", "44600", "Mehdi Amrani", Pace.PAUSED),
    Head("Tours", "37000", "Emma Clarke", Pace.STEADY, language="en", reach=(5, 2)),
    Head("Vannes", "56000", "Yann Le Goff", Pace.SLOW, reach=(2, 6)),
)
SUCCESSOR = Head("Cholet", "49300", "Fatou Diallo", Pace.NEW)

TOITS = (
    ("Vertou", "44120", "Leïla Ferhat"),
    ("Clisson", "44190", "Nora Slimani"),
    ("Pornic", "44210", "Bastien Roy"),
    ("Rezé", "44400", "Aurélie Pons"),
    ("Ancenis", "44150", "Hugo Perrin"),
    ("Challans", "85300", "Mireille Aubin"),
    ("Les Herbiers", "85500", "Samir Haddad"),
    ("Montaigu", "85600", "Claude Jolly"),
    ("Fontenay", "85200", "Inès Garcia"),
    ("Luçon", "85400", "Paul Vrignaud"),
    ("Pouzauges", "85700", "Agathe Morin"),
    ("Saint-Gilles", "85800", "Denis Barbeau"),
)

# Scenes written by nobody: what a head might note for themselves. Private, like everything typed in a step.
SCENES = {
    "fr": (
        "Il était environ six heures, je fermais. Madame L. attendait devant la porte, son dossier trempé. "
        "J’ai rallumé, on a tout étalé sur le radiateur et refait la liste ensemble. "
        "Elle est repassée le lendemain avec des madeleines.",
        "Un mardi de mars, j’ai dit à un client que notre contrat n’était pas le bon pour lui. "
        "Il a signé ailleurs. Six mois plus tard il m’envoyait sa sœur.",
        "On avait promis de rappeler avant midi. À moins dix, personne n’avait la réponse. "
        "J’ai appelé pour dire que nous ne savions pas encore, et quand nous saurions.",
    ),
    "en": (
        "It was around six, I was closing. Mrs L. stood outside with a file soaked through. "
        "I put the lights back on, we dried every page and wrote the list again together.",
        "One Tuesday in March I told a client that our contract was not the right one for him. "
        "He signed elsewhere. Six months later he sent me his sister.",
        "We had promised to call back before noon. At ten to, nobody had the answer. "
        "I rang to say that we did not know yet, and when we would.",
    ),
}
# Where a scene answers the question; everything else is thought over, and not written.
SCENE_STEPS = frozenset(
    (
        "communiquer-c-est-relier/une-conversation-qui-compte",
        "montrer-sans-nommer/ma-scene",
        "v1-mes-valeurs/trois-moments",
    )
)
PLANS = {
    "fr": ("la réunion d’équipe du jeudi se termine", "j’ouvre la leçon de la semaine, café en main"),
    "en": ("Thursday’s team meeting ends", "I open the week’s lesson, coffee in hand"),
}
TOP_CARDS = (
    "ecoute",
    "fiabilite",
    "transmission",
    "humour",
    "ancrage-local",
    "audace",
    "gratitude",
    "rigueur",
)
# Someone who keeps going, slowly, and has just asked for a hand.
CALLS_FOR_HELP = address("Yann Le Goff", "rivages.test")
CALL = "Je relis trois fois ma phrase d’accroche et je n’ose pas la garder. Un regard, cinq minutes ?"
UNCLEAR = ("Le dernier exemple, je l’ai relu deux fois.", "", "Une scène de plus petite agence aiderait.")
CONTACTS = (
    ("attempt", "Message laissé, rappeler jeudi."),
    ("call", "Beaucoup de sinistres avec la tempête. Reprend en novembre, préfère l’écrit."),
)
# Who goes along with whom: who proposed, to whom, in which words, how many days ago.
PAIRS = (
    (
        "Sophie Guillou",
        "Karim Benali",
        "Un regard franc sur mes posts ? Je rends la pareille.",
        16,
    ),
    ("Hélène Moreau", "Emma Clarke", "Shall we read each other? Mon anglais a besoin d’air.", 12),
)
PROPOSAL = (
    "Catherine Bodin",
    "Anne Kerbrat",
    "Vous écrivez des phrases courtes, moi des longues : on s’équilibre ?",
)
# Author, reader, the step, the copy, the card perceived ("" while not read), the sentence, days ago.
CONFIDED = (
    (
        "Sophie Guillou",
        "Karim Benali",
        "p1-profil/reecrire-mon-profil",
        "Vélo contre la vitrine. J’explique les contrats avec un stylo et une nappe en papier.",
        "",
        "",
        2,
    ),
    (
        "Sophie Guillou",
        "Karim Benali",
        "p2-post-valeur/ecrire-un-post",
        "Jeudi, 18 h 10. Le téléphone sonne, le manteau est déjà mis. C’était une simple question d’horaire. "
        "Nous avons parlé vingt minutes de sa mère.",
        "ecoute",
        "Le manteau déjà mis : on vous voit vous rasseoir.",
        6,
    ),
    (
        "Karim Benali",
        "Sophie Guillou",
        "p1-profil/reecrire-mon-profil",
        "À Rennes, je relis les contrats à voix haute avec qui n’ose pas dire qu’il n’a pas tout compris. "
        "Moi non plus, au début.",
        "humour",
        "Le « moi non plus » fait tomber la cravate.",
        4,
    ),
    (
        "Emma Clarke",
        "Hélène Moreau",
        "p2-post-valeur/ecrire-un-post",
        "The roof held. The shed did not. We spent Saturday morning listing tools with Mr B., who remembered "
        "who had lent him each of them.",
        "ancrage-local",
        "The borrowed tools: a whole street is in that shed.",
        5,
    ),
)
# Author, the step, the excerpt, who said thank you, days ago.
WALL = (
    (
        "Hélène Moreau",
        "v3-ma-marque-et-moi/un-geste-au-mur",
        "Avant de parler tarif, je demande : «\u00a0Qu’est-ce qui vous ferait dormir tranquille\u00a0?\u00a0"
        "» Et j’attends.",
        ("Karim Benali", "Nadia Cherif"),
        7,
    ),
    (
        "Emma Clarke",
        "v3-ma-marque-et-moi/un-geste-au-mur",
        "When I do not know, I say when I will. Then I write the day on my hand.",
        ("Hélène Moreau", "Sophie Guillou"),
        5,
    ),
    (
        "Karim Benali",
        "v3-ma-marque-et-moi/un-geste-au-mur",
        "Je garde deux chaises devant la porte le samedi. On s’y assoit sans rendez-vous, et sans dossier.",
        ("Sophie Guillou", "Didier Rousseau", "Emma Clarke"),
        3,
    ),
    (
        "Didier Rousseau",
        "v3-ma-marque-et-moi/un-geste-au-mur",
        "Quand un client part ailleurs, je l’appelle un mois après, juste pour savoir si tout roule.",
        (),
        1,
    ),
)
# What the coach says of the practices she has read, and the words she keeps ready. Invented, like the rest.
FEEDBACK = (
    "On vous voit travailler, et on comprend pourquoi on pousserait votre porte. La fin peut attendre : "
    "l’avant-dernière phrase dit déjà tout.",
    "C’est votre voix, sans un mot de trop. Le détail de la clé porte la scène à lui seul.",
    "Merci de vous être lancé. Gardez ce ton-là : il ne ressemble à personne d’autre.",
)
TO_TALK_OVER = (
    "Il y a deux textes dans le vôtre, et chacun mérite sa place. Parlons-en un quart d’heure : "
    "je vous propose un créneau, et vous choisirez lequel garder."
)
BEGUN = "J’aime que ça commence dans la rue, avant même la porte."
REWRITTEN = (
    "Huit heures moins dix. La clé tourne, et derrière moi quelqu’un dit : « Vous êtes déjà là ? »\n\n"
    "C’était notre voisine du dessus, une enveloppe à la main, le sourire un peu crispé. Je n’avais pas "
    "encore allumé. Nous avons lu sa lettre debout, à la lumière de la vitrine.\n\n"
    "Elle est remontée avec trois mots soulignés et la date d’un rendez-vous.\n\n"
    "Qui pousse votre porte avant l’heure ?"
)
SUGGESTION = "Commencez à l’instant où quelqu’un agit ; ce qui l’explique peut venir après, ou pas du tout."
REMARK = "Ici, on y est : gardez cette phrase telle quelle."
CANNED = (
    (
        "Couper la fin",
        "Et si vous vous arrêtiez une phrase plus tôt ? Votre lecteur fera le reste.",
    ),
    ("Un détail", "Quel objet y avait-il sur la table à ce moment-là ? Posez-le dans la scène."),
)
# Handed in to the coach, by practice; and what still lies in the rehearsal room. Invented, like the rest.
PRACTICES: dict[str, dict[str, tuple[str, ...]]] = {
    "fr": {
        "p1-profil": (
            "Avant : « Agent général, tous vos contrats, tous vos projets. »\n\n"
            "Après : « Agence de quartier, porte ouverte le samedi. »\n\n"
            "Je reçois sans rendez-vous jusqu’à midi. Quand je ne sais pas, je le dis, je cherche, et je "
            "rappelle le jour que j’ai donné. Avant de signer quoi que ce soit, on relit ensemble "
            "la page que "
            "personne ne lit. Écrivez-moi ici ou poussez la porte : le café est prêt à huit heures.",
            "Avant : « Responsable d’agence, vingt ans d’expérience. »\n\n"
            "Après : « Celle qui reprend votre dossier depuis le début. »\n\n"
            "Vingt ans de comptoir m’ont appris à poser mon stylo. On m’apporte souvent une "
            "pochette en vrac : on "
            "la trie à deux, et vous repartez avec trois feuilles et une date. Réponse écrite "
            "sous deux jours.",
        ),
        "p2-post-valeur": (
            "18 h 10, un jeudi. Le volet est à moitié baissé quand le téléphone sonne. Une voix "
            "que je connais : "
            "le plafond de sa cuisine vient de céder.\n\n"
            "Ma collègue avait déjà son manteau. Elle l’a gardé, elle a pris les clés et "
            "l’appareil photo. Une "
            "demi-heure plus tard, elle tenait l’escabeau pendant que notre cliente coupait l’eau.\n\n"
            "Le dossier, on l’a fait le lendemain. Ce soir-là, il fallait surtout être deux.\n\n"
            "Dans votre métier, qu’est-ce qui ne peut pas attendre le lendemain ?",
            "Lundi, un monsieur est venu demander le prix d’une protection dont il n’avait pas "
            "besoin. J’avais "
            "le formulaire sous la main.\n\n"
            "Je l’ai retourné, et au dos nous avons fait la liste de ce qu’il avait déjà. Tout y "
            "était. Il est "
            "reparti avec la feuille, et sans rien signer.\n\n"
            "Le stagiaire m’a demandé pourquoi. Je lui ai dit : regarde-le traverser la rue. Il souriait.\n\n"
            "Quelle est la dernière fois où dire non vous a fait du bien ?",
        ),
    },
    "en": {
        "p1-profil": (
            "Before: “Branch manager, all your contracts, all your projects.”\n\n"
            "After: “A neighbourhood office, open on Saturday mornings.”\n\n"
            "No appointment needed until noon. When I do not know, I say so, I look it up, and I "
            "ring back on the "
            "day I named. Before you sign anything we read together the page nobody reads.",
        ),
        "p2-post-valeur": (
            "On Monday a man asked for the price of something he did not need. I had the form at hand.\n\n"
            "I turned it over, and on the back we listed what he already had. It was all there. "
            "He left with the "
            "sheet and signed nothing.\n\n"
            "Our trainee asked me why. I said: watch him cross the street. He was smiling.\n\n"
            "When did saying no last do you good?",
        ),
    },
}
ROOM_DRAFTS: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        (
            "linkedin",
            "Ce matin, le banc devant l’agence était pris. Deux voisines qui ne se parlaient plus depuis le "
            "chantier de l’été. Je leur ai apporté deux cafés, sans rien dire.\n\n"
            "À midi elles y étaient encore. Le banc, nous l’avions mis pour les jours de file.\n\n"
            "Et chez vous, à quoi sert le banc ?",
        ),
        (
            "facebook",
            "Samedi, porte ouverte de 9 h à midi. Venez avec vos papiers en vrac, on les trie ensemble. "
            "Par ailleurs, nous cherchons une alternante pour la rentrée.",
        ),
        ("google", ""),
    ),
    "en": (
        (
            "linkedin",
            "This morning the bench outside our office was taken. Two neighbours who had not "
            "spoken since the "
            "summer. I brought them two coffees and said nothing.\n\n"
            "At noon they were still there. What is your bench for?",
        ),
    ),
}
WRITERS = ("karim.benali@rivages.test", "emma.clarke@rivages.test")  # who has drafts in the room
