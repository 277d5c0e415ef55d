"""What the app serves besides its own page: the page of some minutes, what is heard there, and their files in every format."""

from mimetypes import guess_type
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, Response

from flows.app.library import Library, MeetingFolder
from tasks.errors import MinutesError
from tasks.report.exports.formats import lacking
from tasks.report.html_page import render_html
from tasks.report.options import Format, ReportOptions
from tasks.report.rendering import file_of, format_of, render_files

_SANDBOX = "sandbox allow-scripts"
"""The page of a meeting knows nothing of the app around it, also where it is opened by itself."""


def routes(library: Library) -> APIRouter:
    """The addresses below `/minutes/NAME/`."""
    router = APIRouter(prefix="/minutes/{name}")

    def meeting(name: str) -> MeetingFolder:
        found = library.meeting(name)
        if found is None:
            raise HTTPException(404, "There are no such minutes.")
        return found

    there = Annotated[MeetingFolder, Depends(meeting)]

    @router.get("/page")
    def page(found: there) -> Response:
        """The minutes to read and to listen to."""
        options = _options(found)
        audio = "audio" if library.audio(found) else None
        text = render_html(found.minutes, found.transcript, (), options.language, audio)
        return HTMLResponse(text, headers={"content-security-policy": _SANDBOX, "cache-control": "no-store"})

    @router.get("/audio")
    def audio(found: there) -> Response:
        """What the page plays."""
        path = library.audio(found)
        if path is None:
            raise HTTPException(404, "There is nothing to hear.")
        return FileResponse(path, headers={"content-security-policy": _SANDBOX})

    @router.get("/files/{file}")
    def file(found: there, file: str) -> Response:
        """One file, as `report.formats` would write it now."""
        content = _content(found, file)
        if content is None:
            raise HTTPException(404, "There is no such file.")
        name = f"{found.folder.name}-{file}"
        kind = guess_type(file)[0] or "application/octet-stream"
        return Response(content, media_type=kind, headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"})

    return router


def file_names() -> list[str]:
    """The files that can be had on this machine, one a format."""
    missing = dict(lacking(Format))
    return [file_of(form) for form in Format if form not in missing]


def _content(found: MeetingFolder, file: str) -> str | bytes | None:
    form = format_of(file)
    options = _options(found).model_copy(update={"formats": (form,)})
    try:
        return render_files(found.minutes, found.transcript, options).get(file) if form else None
    except MinutesError as error:  # a template of the user's that fails
        raise HTTPException(409, str(error)) from error


def _options(found: MeetingFolder) -> ReportOptions:
    return ReportOptions.model_validate(found.manifest.config["report"])
