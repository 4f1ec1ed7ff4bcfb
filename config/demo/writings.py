"""What the people of the demonstration write in the forms of the lessons. All of it is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Words = Mapping[str, Sequence[str]]

# The bull's-eye, by domain: clients, team, peers and partners, place and brand.
SENTENCES: Mapping[str, Sequence[Sequence[str]]] = {
    "fr": (
        (
            "Je dis la vérité sur les délais, même quand elle déplaît.",
            "Chacun doit pouvoir me contredire.",
            "Je recommande qui travaille bien, même sans retour.",
            "Le quartier nous nourrit : on lui rend un peu.",
        ),
        (
            "Personne ne signe chez moi sans avoir compris.",
            "Une erreur dite le jour même n’est plus une faute.",
            "Je parle d’un confrère comme s’il était dans la pièce.",
            "L’enseigne doit vouloir dire : ici, on vous répond.",
        ),
        (
            "Je rappelle, même quand je n’ai rien de neuf à dire.",
            "On apprend à voix haute, moi le premier.",
            "Un artisan que j’envoie, je l’ai vu travailler.",
            "La vitrine sert aussi à ceux qui n’achètent rien.",
        ),
        (
            "Un dossier simple mérite le même soin qu’un gros.",
            "Les horaires de chacun sont une promesse.",
            "Je dis merci avec des faits, pas avec une boîte de chocolats.",
            "Une agence de bourg sait qui a perdu son chat.",
        ),
    ),
    "en": (
        (
            "I tell the truth about delays, even when nobody likes it.",
            "Anyone here may tell me I am wrong.",
            "I recommend people who work well, whether or not they return it.",
            "The street feeds us: we give a little back.",
        ),
        (
            "Nobody signs here without having understood.",
            "A mistake told the same day is not held against anyone.",
            "I speak of a competitor as if they were in the room.",
            "Our sign should mean: here, somebody answers.",
        ),
    ),
}
OBSTACLES: Words = {
    "fr": (
        "La pudeur : j’ai peur d’avoir l’air de me vanter.",
        "Une remarque de mon ancien directeur, il y a dix ans : « on n’est pas là pour causer ».",
        "Le téléphone sonne au moment où j’ouvre la page.",
        "Je relis six fois et j’efface.",
    ),
    "en": (
        "Modesty: I am afraid of sounding like a boast.",
        "The phone rings just as I open the page.",
    ),
}
ACTS: Words = {
    "fr": (
        "Jeudi, j’affiche nos délais réels à côté de la caisse, et je les mets en ligne.",
        "J’écris trois lignes sur la tournée du matin, avec l’accord de l’équipe.",
        "Je remercie le menuisier de la rue des Halles, par son prénom, devant tout le monde.",
        "Je raconte le premier dossier du mois, sans nom ni montant.",
    ),
    "en": (
        "On Thursday I put our real delays up by the till, and online.",
        "I thank the carpenter down the road by name, where people can read it.",
    ),
}
OWN_GOALS: Words = {
    "fr": ("Que ma fille comprenne enfin mon métier.", "", "Avoir moins peur d’appuyer sur « publier ».", ""),
    "en": ("That my daughter finally sees what I do.", ""),
}
# Six lines of an editorial table: what about, and the idea in one sentence.
LINES: Mapping[str, Sequence[Sequence[tuple[str, str]]]] = {
    "fr": (
        (
            ("Après l’orage", "Trois photos à prendre avant d’appeler qui que ce soit."),
            ("Les mots du métier", "« Franchise », expliqué avec une part de tarte."),
            ("La rue", "Le boulanger nous a prêté son four pour sécher un dossier."),
            ("Après l’orage", "Ce que j’ai appris de la tempête de novembre."),
            ("Les mots du métier", "« Vétusté » : l’histoire d’un canapé de 1987."),
            ("La rue", "Qui tient la clé du local associatif, et pourquoi c’est nous."),
        ),
        (
            ("Les premières fois", "Le premier appartement : la question que personne n’ose poser."),
            ("L’envers du guichet", "Ce que fait l’équipe entre midi et deux."),
            ("Les saisons", "En mars, on relit les contrats avec une tasse de café."),
            ("Les premières fois", "Mon premier client m’a appris à me taire."),
            ("L’envers du guichet", "Pourquoi nous rappelons toujours avant midi."),
            ("Les saisons", "La liste de départ en vacances, testée sur ma sœur."),
        ),
        (
            ("Dire non", "Le jour où notre contrat n’était pas le bon."),
            ("L’équipe", "Lucie a trouvé la phrase qui calme tout le monde."),
            ("Les gens d’ici", "Le gardien du stade a trois conseils contre le gel."),
            ("Dire non", "Une option que je ne vends plus, et pourquoi."),
            ("L’équipe", "Un apprenti, un vieux logiciel, une bonne idée."),
            ("Les gens d’ici", "La chorale répète au-dessus de l’agence le mardi."),
        ),
    ),
    "en": (
        (
            ("After the storm", "Three photographs to take before you ring anyone."),
            ("Words of the trade", "“Excess”, explained with a slice of tart."),
            ("The street", "The baker lent us an oven to dry a file."),
            ("After the storm", "What I learned from the November gale."),
            ("Words of the trade", "“Wear and tear”: the story of a 1987 sofa."),
            ("The street", "Who keeps the key to the village hall, and why it is us."),
        ),
    ),
}
# The ecosystem map, by circle.
NAMES: Mapping[str, Sequence[Sequence[str]]] = {
    "fr": (
        ("Mme L.", "Me Caron\nJoël le gardien", "Le menuisier des Halles", "Anne", "Inès"),
        ("Les sœurs P.", "L’entraîneuse du club", "Garage Morvan", "L’agence d’en face", "Tom"),
        ("M. et Mme B.", "La fleuriste", "Marc le chauffeur", "Yann", "Lina"),
    ),
    "en": (("Mrs L.", "The club coach\nJoe the caretaker", "The joiner", "Anna", "Tom the trainee"),),
}
RELATIONS: Words = {
    "fr": (
        "Passer jeudi, sans rien à vendre.",
        "Lui envoyer la photo retrouvée dans le tiroir.",
        "Lui demander comment le chantier s’est fini.",
    ),
    "en": ("Drop in on Thursday with nothing to sell.", "Ask how the job turned out."),
}
