"""List what callers and agent of generated calls say; ``{slots}`` are filled per call, so that hardly two calls are alike."""

from __future__ import annotations

GREETING = "Hello, this is the PandaDoc trial assistant. We transcribe these calls so we can improve. May I carry on?"

EXCHANGES: tuple[tuple[str, str], ...] = (
    (
        "Sure, go ahead. I run {team} at a {industry} company, we are {people} people on the team.",
        "Thank you. With {people} people, who prepares the documents today?",
    ),
    (
        "Mostly me, to be honest. We send about {volume} {documents} a month and it eats up whole afternoons.",
        "That is a lot of manual work. Templates with variables usually cut that to a few minutes each.",
    ),
    (
        "How do I add a second signer to a template? I couldn't find it anywhere in the editor.",
        "Open the template, choose Roles, and add a role for the second signer. Each role gets its own fields.",
    ),
    (
        "We are using {competitor} right now and the renewal comes up in {month}.",
        "Good to know. What would you miss most if you moved away from it?",
    ),
    (
        "Does it talk to {integration}? Our deals live there and nobody will type anything twice.",
        "Yes, there is an integration with {integration}; documents can be created straight from a deal.",
    ),
    (
        "Hmm, the price is a bit steep for us. Something like {budget} dollars a month is what we had in mind.",
        "I understand. The plan depends on the number of seats; with {people} seats there is usually a volume discount.",
    ),
    (
        "Last week a client opened the link and just got a blank page. That was pretty embarrassing.",
        "I am sorry about that. It is often a blocked script; I can note it so that support has a look.",
    ),
    (
        "Okay, that actually makes sense. That would save me hours every week.",
        "Great. Would you like to see how approval workflows fit in as well?",
    ),
    (
        "I'd have to run it by our {decider} first, she signs off on anything above {limit} dollars.",
        "Of course. A short call with our sales team could answer her questions directly.",
    ),
    (
        "Could somebody show it to both of us next {weekday}? Around {hour} in the afternoon is fine.",
        "Let me book that: next {weekday} at {hour} in the afternoon. I will send the invitation to your address.",
    ),
    (
        "Perfect. And is there a way to see who has opened a document?",
        "Yes, the activity log shows every view with its time, and you can be notified when somebody opens it.",
    ),
    (
        "Wonderful, thank you so much, you've been really helpful.",
        "You are welcome. Have a good day, and enjoy the rest of your trial.",
    ),
)

SLOTS: dict[str, tuple[str, ...]] = {
    "team": ("sales", "operations", "legal", "customer success", "procurement"),
    "industry": ("logistics", "software", "construction", "healthcare", "real estate", "consulting"),
    "documents": ("proposals", "contracts", "quotes", "order forms", "statements of work"),
    "competitor": ("DocuSign", "Proposify", "Adobe Sign", "Dropbox Sign", "Word and e-mail"),
    "integration": ("HubSpot", "Salesforce", "Pipedrive", "Slack", "Zapier"),
    "month": ("January", "February", "March", "April", "June"),
    "decider": ("director", "finance lead", "founder", "head of sales"),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday"),
    "hour": ("one", "two", "three", "four"),
}
