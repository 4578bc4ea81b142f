"""The cookies of Tandem: the signed-in session, the browser that asked for a code, and the language."""

from fastapi import Request, Response

SESSION_DAYS = 30
BROWSER_DAYS = 1
LANGUAGE_DAYS = 365


def session_cookie_name(request: Request) -> str:
    """Give the cookie's name; over HTTPS its prefix makes browsers bind it to this host."""
    return "__Host-tandem" if request.app.state.settings.secure_cookies else "tandem"


def session_secret(request: Request) -> str | None:
    """Read the secret of the signed-in session, if the browser sent one."""
    return request.cookies.get(session_cookie_name(request))


def remember_session(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep the session."""
    _set(request, response, session_cookie_name(request), secret, days=SESSION_DAYS)


def forget_session(request: Request, response: Response) -> None:
    """Let the browser drop the session."""
    response.delete_cookie(session_cookie_name(request), path="/", secure=request.app.state.settings.secure_cookies)


def browser_secret(request: Request) -> str | None:
    """Read the secret that tells the browser that asked for a code from others."""
    return request.cookies.get(_browser_cookie_name(request))


def remember_browser(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep the secret for which a code is mailed."""
    _set(request, response, _browser_cookie_name(request), secret, days=BROWSER_DAYS)


def _browser_cookie_name(request: Request) -> str:
    return "__Host-browser" if request.app.state.settings.secure_cookies else "browser"


def remember_language(request: Request, response: Response, language: str) -> None:
    """Let the browser keep the chosen language."""
    _set(request, response, "lang", language, days=LANGUAGE_DAYS)


def _set(request: Request, response: Response, name: str, value: str, *, days: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=days * 86_400,
        path="/",
        secure=request.app.state.settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )
