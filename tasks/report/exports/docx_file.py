"""`minutes.docx`: the document for Word and its like, with styles, headings and tables that such programs know.

All words are text: no field, no link, no macro is ever made of them.
"""

from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tasks.report.exports.blocks import Block, Document, Grid, Heading, ItemList, Line, Paragraph, Phrase, SpokenLine, line
from tasks.schema import Minutes

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

_LONGEST_PROPERTY = 255
_MARGIN_CM, _TIME_CM, _CELL_PT = 2.0, 1.9, 2
_FONT, _INK, _QUIET = "Calibri", (0x1B, 0x1D, 0x21), (0x55, 0x5B, 0x66)


def to_docx(document: Document, minutes: Minutes) -> bytes:
    """The bytes of the file."""
    import docx

    made = docx.Document()
    _lay_out(made, document.language)
    _describe(made, document, minutes)
    for block in document.blocks:
        _add(made, block)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _lay_out(made: "WordDocument", language: str) -> None:
    from docx.shared import Cm, Pt, RGBColor

    for section in made.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    style = made.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(10.5)
    style.paragraph_format.space_after = Pt(4)
    for name, before_pt in (("Title", 0), ("Heading 1", 14), ("Heading 2", 8)):
        heading = made.styles[name]
        heading.font.color.rgb = RGBColor(*_INK)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before_pt), Pt(4)
    properties = style.element.get_or_add_rPr()
    properties.append(_element("w:lang", {"w:val": language, "w:eastAsia": language, "w:bidi": "ar-SA"}))


def _describe(made: "WordDocument", document: Document, minutes: Minutes) -> None:
    properties = made.core_properties
    properties.title = document.title[:_LONGEST_PROPERTY]
    properties.author = f"audio-minutes {minutes.version}"[:_LONGEST_PROPERTY]
    properties.language = document.language
    properties.comments = ""
    properties.created = properties.modified = minutes.recording.recorded_at.replace(tzinfo=None, microsecond=0)


def _add(made: "WordDocument", block: Block) -> None:
    match block:
        case Heading():
            paragraph = made.add_heading(level=block.level)
            paragraph.paragraph_format.page_break_before = block.new_page
            _fill(paragraph, block.line)
        case Paragraph():
            _fill(made.add_paragraph(style="Quote" if block.proof else None), block.line)
        case ItemList():
            for number, (first, *others) in enumerate(block.items):
                _fill(_list_paragraph(made, block.numbered, first=number == 0), first)
                for other in others:
                    _fill(made.add_paragraph(style="List Continue"), other)
        case Grid():
            _add_table(made, block)
        case SpokenLine():
            _add_spoken(made, block)


def _list_paragraph(made: "WordDocument", numbered: bool, *, first: bool) -> "WordParagraph":
    paragraph = made.add_paragraph(style="List Number" if numbered else "List Bullet")
    if numbered:
        _number(made, paragraph, anew=first)
    return paragraph


def _number(made: "WordDocument", paragraph: "WordParagraph", *, anew: bool) -> None:
    """Let each numbered list begin at 1: the style alone would count through the whole document."""
    numbering = made.part.numbering_part.element
    if anew:
        style = made.styles["List Number"].element.pPr.numPr.numId.val
        abstract = next(each for each in numbering.num_lst if each.numId == style).abstractNumId.val
        numbering.add_num(abstract).add_lvlOverride(ilvl=0).add_startOverride(1)
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering.num_lst[-1].numId


def _add_table(made: "WordDocument", grid: Grid) -> None:
    from docx.shared import Cm, Pt

    table = made.add_table(rows=1 + len(grid.rows), cols=len(grid.heads), style="Table Grid")
    table.autofit = False
    widths = [Cm((21 - 2 * _MARGIN_CM) * width / 100) for width in grid.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    heads = tuple(line(Phrase(head, strong=True)) for head in grid.heads)
    for row, cells in zip(table.rows, (heads, *grid.rows), strict=True):
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        for cell, words, width in zip(row.cells, cells, widths, strict=True):
            cell.width = width
            layout = cell.paragraphs[0].paragraph_format
            layout.space_before = layout.space_after = Pt(_CELL_PT)
            _fill(cell.paragraphs[0], words)
    for cell in table.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(_element("w:shd", {"w:val": "clear", "w:fill": "F3F4F6"}))
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # again on every page
    made.add_paragraph()


def _add_spoken(made: "WordDocument", block: SpokenLine) -> None:
    from docx.shared import Cm, Pt

    paragraph = made.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent, layout.first_line_indent = Cm(_TIME_CM), Cm(-_TIME_CM)
    layout.space_before, layout.space_after = Pt(0), Pt(5)
    _fill(paragraph, (Phrase(f"{block.at} ", quiet=True), *block.named, *block.words))


def _fill(paragraph: "WordParagraph", words: Line) -> None:
    from docx.shared import Pt, RGBColor

    in_heading = paragraph.style.name.startswith("Heading")
    told = [phrase for phrase in words if phrase.told]
    if told and len(told) == len(words) and told[0].right_to_left:
        _read_from_the_right(paragraph)
    for phrase in words:
        run = paragraph.add_run(phrase.shown)
        if phrase.strong:
            run.font.bold = run.font.cs_bold = True
        if phrase.quiet:
            run.font.color.rgb = RGBColor(*_QUIET)
            if in_heading:
                run.font.bold, run.font.size = False, Pt(9)
        if phrase.told and phrase.right_to_left:
            run.font.rtl = True


def _read_from_the_right(paragraph: "WordParagraph") -> None:
    properties = paragraph._p.get_or_add_pPr()
    after = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:rPr")
    properties.insert_element_before(_element("w:bidi"), *after)


def _element(tag: str, attributes: Mapping[str, str] = MappingProxyType({})) -> Any:
    """An element that python-docx has no method for."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    return element
