"""The languages that Whisper knows: servers name them in English, we by their codes."""

_CODES = """
english:en chinese:zh german:de spanish:es russian:ru korean:ko french:fr japanese:ja portuguese:pt turkish:tr polish:pl
catalan:ca dutch:nl arabic:ar swedish:sv italian:it indonesian:id hindi:hi finnish:fi vietnamese:vi hebrew:he ukrainian:uk
greek:el malay:ms czech:cs romanian:ro danish:da hungarian:hu tamil:ta norwegian:no thai:th urdu:ur croatian:hr bulgarian:bg
lithuanian:lt latin:la maori:mi malayalam:ml welsh:cy slovak:sk telugu:te persian:fa latvian:lv bengali:bn serbian:sr
azerbaijani:az slovenian:sl kannada:kn estonian:et macedonian:mk breton:br basque:eu icelandic:is armenian:hy nepali:ne
mongolian:mn bosnian:bs kazakh:kk albanian:sq swahili:sw galician:gl marathi:mr punjabi:pa sinhala:si khmer:km shona:sn
yoruba:yo somali:so afrikaans:af occitan:oc georgian:ka belarusian:be tajik:tg sindhi:sd gujarati:gu amharic:am yiddish:yi
lao:lo uzbek:uz faroese:fo haitian_creole:ht pashto:ps turkmen:tk nynorsk:nn maltese:mt sanskrit:sa luxembourgish:lb
myanmar:my tibetan:bo tagalog:tl malagasy:mg assamese:as tatar:tt hawaiian:haw lingala:ln hausa:ha bashkir:ba javanese:jw
sundanese:su cantonese:yue
"""
CODE_OF = {name.replace("_", " "): code for name, code in (item.split(":") for item in _CODES.split())}
"""`vietnamese` -> `vi`."""
_OTHER_CODES = {"jv": "jw", "nb": "no", "fil": "tl", "iw": "he", "in": "id"}
"""Where Whisper's code of a language is not the common one."""
UNKNOWN = "und"
"""ISO 639-2 for a language that nobody named."""


def base_language(language: str) -> str:
    """`vi` for `vi-VN`."""
    return language.replace("_", "-").split("-")[0].lower()


def language_name(code: str) -> str:
    """The English name of a language, with a capital; the code itself if it is none of these."""
    names = {code: name for name, code in CODE_OF.items()}
    return names.get(whisper_code(code), code).title()


def language_code(name: str | None) -> str | None:
    """The code of a language given by its English name or by a code; None if it is neither."""
    plain = (name or "").strip().casefold()
    code = CODE_OF.get(plain, whisper_code(plain))
    return code if code in CODE_OF.values() else None


def whisper_code(language: str) -> str:
    """The code under which Whisper knows a language: `no` for `nb`, `pt` for `pt-BR`."""
    code = base_language(language)
    return _OTHER_CODES.get(code, code)


def common_code(language: str) -> str:
    """The common code of a language that Whisper names: `jv` for its `jw`."""
    return "jv" if language == "jw" else language
