"""List what callers and agent of sample calls say, by what the call is about; ``{slots}`` are filled per text.

An ordinary call names no competitor, asks for no feature, books nothing and ends well: it raises no alert.
"""

from __future__ import annotations

from typing import Literal

TextKind = Literal["ordinary", "hot_lead", "booking", "competitor", "low_engagement", "feature"]
Exchange = tuple[str, str]
"""What the caller says, and the agent's reply."""

GREETING = "Hello, this is the PandaDoc trial assistant. We transcribe these calls so we can improve. May I carry on?"

OPENINGS: tuple[Exchange, ...] = (
    ("Yes, that is fine.", "Thank you. What would you like to get done today?"),
    ("Sure, go ahead.", "Thank you. What can I help you with?"),
    ("Of course, no problem.", "Great. What brings you here today?"),
)

QUESTIONS: tuple[Exchange, ...] = (
    (
        "How do I add a second signer to a document?",
        "Open the document, choose Recipients, and add the second person. Each one gets fields of their own.",
    ),
    (
        "We mostly write {documents}. How do I start from a template?",
        "Choose New, then From template, and pick the one you want. Does that answer it?",
    ),
    (
        "Okay, that makes sense. Where do I find the documents that are signed already?",
        "Open the list of documents and choose Completed at the top.",
    ),
    (
        "Good. How do I change the date on a document that I have not sent yet?",
        "Open it, click the date, and type the new one. It is saved by itself.",
    ),
    (
        "And how do I download a signed copy?",
        "Open the signed document, choose Download, and you get a PDF with its certificate.",
    ),
    (
        "We are {people} people in {industry}. How do I invite a colleague?",
        "Go to Settings, then Team, and enter the address. Your colleague gets an invitation at once.",
    ),
    (
        "Alright. How do I put my own text above the table?",
        "Drag a text block above the table and type. You can move it later.",
    ),
    (
        "That is clear. How do I send a copy to somebody who does not sign?",
        "Add the person as a recipient and choose the role that only receives a copy.",
    ),
)

CLOSINGS: tuple[Exchange, ...] = (
    ("That helps a lot, thank you. That was everything.", "You are welcome. Have a good day, goodbye!"),
    ("Great, that is all I needed. Thanks for your help, goodbye.", "My pleasure. Enjoy the rest of your trial, goodbye!"),
    ("Wonderful, thank you so much. Goodbye.", "Thank you for calling. Goodbye!"),
)

HOT_LEAD: tuple[Exchange, ...] = (
    (
        "We are {people} people on the sales team of a software company in Texas, and we send about {volume} proposals a month.",
        "Thank you. With {people} people, how do you write the proposals today?",
    ),
    (
        "By hand in Word, it eats whole afternoons and we lose deals because it takes too long.",
        "That is a lot of manual work. Templates with variables usually cut that to a few minutes each.",
    ),
    (
        "Does it work with Salesforce? We need the Salesforce integration, all our deals live there.",
        "Yes, there is an integration with Salesforce; a proposal can be created straight from a deal.",
    ),
    (
        "Perfect, that is exactly what we need. I decide this myself, the budget is approved, and we want to start this week.",
        "Wonderful. Templates, approvals and pricing tables can all be set up this week.",
    ),
    (
        "How quickly could all {people} of us be up and running, and how do I buy the seats?",
        "Usually within two days. You can buy the seats on the Billing page, and I can send you the link.",
    ),
    (
        "Please send me the link today. I will buy it this week, I am really excited about this.",
        "I will send the link to your address right away. Is there anything else?",
    ),
)

BOOKING: tuple[Exchange, ...] = (
    (
        "I would like to talk to somebody from your sales team about a plan.",
        "Gladly. Which day suits you?",
    ),
    (
        "{weekday} at {hour} in the afternoon would be good.",
        "It is booked for {weekday} at {hour} in the afternoon, and the invitation is on its way to your e-mail.",
    ),
)

COMPETITOR: tuple[Exchange, ...] = (
    (
        "We are using {competitor} right now.",
        "Good to know. What do you use it for most?",
    ),
    (
        "Only for {documents}. I am comparing it with {competitor} this month.",
        "I see. Documents are built, priced and signed in one place here.",
    ),
)

LOW_ENGAGEMENT: tuple[Exchange, ...] = (
    ("What? No. This does not work.", "Could you tell me more about your plans?"),
    ("I told you already, it does not work. The page is blank.", "What kind of documents do you send?"),
    ("You are not listening. It is broken, I am really frustrated.", "How large is your team?"),
    ("This is useless. I asked why the page is blank.", "I am not sure about that. Which industry are you in?"),
    ("I asked why the page is blank! This is a waste of my time.", "I do not have that information."),
    ("Terrible. This is so annoying, forget it.", "Would you like to hear about our plans?"),
)

FEATURE: tuple[Exchange, ...] = (
    (
        "I wish there was {feature}. We really need {feature} for our {documents}.",
        "Thank you, I will pass that on to our product team.",
    ),
    (
        "Do you plan to add {feature}? It would be great if you had it.",
        "I do not know of a date, but I have noted that you would like it.",
    ),
)

SLOTS: dict[str, tuple[str, ...]] = {
    "documents": ("proposals", "contracts", "quotes", "order forms", "statements of work"),
    "industry": ("logistics", "construction", "real estate", "consulting"),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday"),
    "hour": ("one", "two", "three", "four"),
}
