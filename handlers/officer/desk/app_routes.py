"""The routes of the page itself, of signing in, and of what an officer keeps about themselves."""

from typing import Final

from handlers.officer.desk import me, one_time_codes, passkeys, sessions, sign_in, wording
from handlers.officer.desk.bodies import (
    Answered,
    CodeConfirmed,
    CodeTyped,
    DutySet,
    LanguageChosen,
    Nothing,
    PasskeyAdded,
    PasskeyRemoved,
    ProofIfFull,
    ProofNow,
    Proved,
    SessionEnded,
    SignInBegun,
    SlotChanged,
)
from handlers.officer.desk.guard import ANYONE, EVERYBODY, OFFICERS, Route, Standing

HALF: Final[frozenset[Standing]] = frozenset({"half"})
ENROLLING: Final = EVERYBODY | frozenset[Standing]({"enrolling"})
"""Who sets up a second factor: whoever is signed in, and whoever never had one."""
LEAVING: Final = EVERYBODY | HALF
AUTHENTICATORS_SAY: Final = 64 * 1024
"""Bytes of an authenticator's answer: an attestation with its certificates is a few kilobytes."""

ROUTES: Final[tuple[Route, ...]] = (
    Route(method="GET", path="/texts/{language}", handler=wording.texts, who=ANYONE),
    Route(method="GET", path="/phrases", handler=wording.ready_phrases, who=OFFICERS),
    Route(method="POST", path="/sign-in/begin", handler=sign_in.begin_sign_in, who=ANYONE, body=SignInBegun),
    Route(method="POST", path="/sign-in/proof", handler=sign_in.prove, who=ANYONE, body=Proved),
    Route(method="POST", path="/sign-in/totp", handler=one_time_codes.answer_totp, who=HALF, body=CodeTyped),
    Route(method="POST", path="/sign-in/passkey/options", handler=passkeys.passkey_question, who=HALF, body=Nothing),
    Route(
        method="POST",
        path="/sign-in/passkey",
        handler=passkeys.answer_passkey,
        who=HALF,
        body=Answered,
        largest=AUTHENTICATORS_SAY,
    ),
    Route(method="POST", path="/sign-out", handler=sessions.sign_out, who=LEAVING, body=Nothing),
    Route(method="POST", path="/sign-out/everywhere", handler=sessions.sign_out_everywhere, who=EVERYBODY, body=Nothing),
    Route(method="GET", path="/me", handler=me.me, who=EVERYBODY),
    Route(method="POST", path="/me/language", handler=me.set_language, who=EVERYBODY, body=LanguageChosen),
    Route(method="GET", path="/me/sessions", handler=sessions.list_sessions, who=EVERYBODY),
    Route(method="POST", path="/me/sessions/end", handler=sessions.end_session, who=EVERYBODY, body=SessionEnded),
    Route(method="POST", path="/me/totp", handler=one_time_codes.offer_totp, who=ENROLLING, body=ProofIfFull),
    Route(method="POST", path="/me/totp/confirm", handler=one_time_codes.confirm_totp, who=ENROLLING, body=CodeConfirmed),
    Route(method="POST", path="/me/passkeys/options", handler=passkeys.passkey_options, who=ENROLLING, body=ProofIfFull),
    Route(
        method="POST",
        path="/me/passkeys",
        handler=passkeys.add_passkey,
        who=ENROLLING,
        body=PasskeyAdded,
        largest=AUTHENTICATORS_SAY,
    ),
    Route(method="POST", path="/me/passkeys/remove", handler=passkeys.remove_passkey, who=EVERYBODY, body=PasskeyRemoved),
    Route(method="POST", path="/me/passphrase", handler=me.change_passphrase, who=EVERYBODY, body=SlotChanged),
    Route(method="POST", path="/me/recovery", handler=me.change_recovery, who=EVERYBODY, body=SlotChanged),
    Route(method="POST", path="/me/telegram", handler=me.link_telegram, who=OFFICERS, body=ProofNow),
    Route(method="POST", path="/me/duty", handler=me.set_duty, who=OFFICERS, body=DutySet),
)
