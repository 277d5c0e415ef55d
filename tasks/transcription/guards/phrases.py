"""What Whisper-like engines write where nobody speaks, learnt from the subtitles of videos.

Courtesies are said in meetings too, so they fall only where the sound gives no sign of speech. Credits are hardly ever
said: they stay only where the sound speaks for them. Compared without case and punctuation; see
https://github.com/openai/whisper/discussions/928 for how such lists come about.
"""

import re
from collections.abc import Sequence
from functools import cache

from tasks.language.scripts import normal

COURTESIES = {
    "en": """
        you | thank you | thanks | thank you very much | thank you so much | thanks a lot | bye | bye bye | goodbye | okay | ok
        so | oh | yeah | yes | no | hmm | mm | uh | um | ah | hello | the end | the | i | good night | see you | see you later
        see you next time | i'll see you next time | i'll be right back | we'll be right back | silence | music | applause
        laughter
        thank you all | thank you for listening | thank you for your attention | have a good day | i'm sorry | let's go
    """,
    "vi": """
        cảm ơn | cám ơn | xin cảm ơn | cảm ơn các bạn | cảm ơn mọi người | xin chào | xin chào các bạn | chào các bạn | tạm biệt
        tạm biệt các bạn | hẹn gặp lại | hẹn gặp lại các bạn | xin chào tất cả các bạn | vâng | dạ | ừ | à | và | các bạn ạ
        chúc các bạn một ngày tốt lành | cảm ơn các bạn rất nhiều | xin chân thành cảm ơn | âm nhạc | tiếng cười
    """,
    "de": "danke | vielen dank | danke schön | tschüss | bis zum nächsten mal | musik | auf wiedersehen | bis bald | ja | genau",
    "fr": "merci | merci beaucoup | au revoir | à bientôt | à la prochaine | bonjour | merci à tous | oui | musique | salut",
    "es": "gracias | muchas gracias | adiós | hasta luego | hasta la próxima | música | sí | chao | nos vemos | hola",
    "pt": "obrigado | obrigada | muito obrigado | tchau | até a próxima | música | sim | tchau tchau | até mais",
    "it": "grazie | grazie mille | ciao | arrivederci | alla prossima | musica | sì | a presto | grazie a tutti",
    "nl": "dank je | dank u | dank je wel | bedankt | dag | doei | tot de volgende keer | muziek | ja | tot ziens",
    "pl": "dziękuję | dzięki | dziękuję bardzo | do widzenia | cześć | muzyka | tak | do zobaczenia | dziękuję za uwagę",
    "ru": "спасибо | спасибо большое | до свидания | пока | да | музыка | спасибо за внимание | до новых встреч | всем пока",
    "uk": "дякую | дуже дякую | до побачення | так | музика | до зустрічі | бувайте",
    "tr": "teşekkürler | teşekkür ederim | hoşça kalın | görüşürüz | müzik | evet | güle güle | görüşmek üzere",
    "sv": "tack | tack så mycket | hej då | vi ses | musik | ja",
    "cs": "děkuji | děkuju | na shledanou | ahoj | hudba | ano",
    "id": "terima kasih | terima kasih banyak | sampai jumpa | sampai jumpa lagi | musik | ya",
    "ar": "شكرا | شكرا لكم | شكرا جزيلا | السلام عليكم | مع السلامة | موسيقى | نعم",
    "hi": "धन्यवाद | शुक्रिया | नमस्ते | अलविदा | संगीत",
    "ja": "ありがとうございました | ありがとうございます | ありがとう | おやすみなさい | はい | うん | じゃあね | バイバイ",
    "ko": "감사합니다 | 고맙습니다 | 안녕히 계세요 | 안녕하세요 | 네 | 다음에 또 만나요 | 음악",
    "zh": "谢谢 | 謝謝 | 谢谢大家 | 謝謝大家 | 再见 | 再見 | 拜拜 | 好 | 嗯 | 下次再见 | 音乐 | 字幕",
    "th": "ขอบคุณ | ขอบคุณครับ | ขอบคุณค่ะ | สวัสดี | สวัสดีครับ | สวัสดีค่ะ | ลาก่อน",
}

CREDITS = r"""
    amara ?org
    ^(sub)?titles? by | ^subtitled by | ^captions? by | ^closed caption(s|ing)? | ^transcri(pt|bed|ption) by | ^translated by
    ^(thanks?|thank you)( (so|very) much| all| guys| everyone)?( for| you for)( your)? (watching|viewing)
    ^(please |and |don't forget to )*(like|subscribe)( and (subscribe|share|like))?( to (my|the|our) channel)?$
    ^(i'?ll )?see you( all| guys)? (in (the|my) next|next) video | ^hope you enjoyed (the|this) video
    subscribe cho kênh | ghiền mì gõ | không bỏ lỡ những video | (chia sẻ|đăng k[ýí]).{0,24}kênh
    ^nhớ (like|đăng k[ýí])
    ^(xin )?c[ảá]m ơn (các bạn|mọi người|quý vị)( rất nhiều)? đã (theo dõi|xem|lắng nghe|đón xem|ủng hộ)
    hẹn gặp lại.{0,30}(video|trong những|lần sau) | ^phụ đề (được|bởi|do) | ^chúc các bạn xem (phim|video)
    untertitel(ung)?( im auftrag| von| der| des| aufgrund) | ^copyright (wdr|swr|ndr|br) | ^(wdr|swr) \d{4} | danke fürs zuschauen
    vielen dank fürs? zu(schauen|sehen) | ^bis zum nächsten video
    sous titr(age|es?)( st| société| réalisé| fait| par) | abonnez vous | soustitreur | merci d'?avoir regardé
    subtítulos( realizados| por| creados| en) | gracias por ver | ^suscríbete | no olvides suscribirte
    legendas? (pela|por) | obrigad[oa] por assistir | inscreva se no canal | se inscreva
    sottotitoli( creati| e revisione| a cura) | qtss | grazie per (la visione|aver guardato) | iscriviti al canale
    onderti?tel(s|d|ing)( ingediend| door) | bedankt voor het kijken | napisy (stworzone|by|autor)
    dziękuję za (oglądanie|obejrzenie)
    субтитры (сделал|создавал|подготовил|делал|и) | редактор субтитров | dimatorzok | продолжение следует | спасибо за просмотр
    подпис(ывайтесь|ывайся|аться) на (мой |наш )?канал | ставьте лайк | субтитри | дякую за перегляд
    altyazı | izlediğiniz için | abone ol(mayı|un)? | textning | undertext(er|ning) | tack för att (du|ni) (har )?tittat
    titulky vytvořil | terima kasih (telah |sudah )?menonton | jangan lupa (like|subscribe)
    اشترك(وا)? في القناة | ترجمة نانسي | شكرا (لكم )?على المشاهدة | सब्सक्राइब
    ご視聴 | チャンネル登録 | 次の動画で | 最後まで見てくれて | 시청해 ?주셔서 | 구독과 ?좋아요 | 자막 제공 | 다음 영상에서
    字幕(由|志愿|志願|制作|製作|提供) | 请不吝点赞 | 請不吝點贊 | 明镜与点点 | 明鏡與點點
    (谢谢|謝謝|感谢|感謝)(大家|您|你)?(的)?(观看|觀看|收看|收聽)
    (订阅|訂閱).{0,6}(频道|頻道) | 优优独播剧场 | 優優獨播劇場 | 李宗盛 | กดติดตาม | กด subscribe | ขอบคุณที่(รับชม|ติดตาม)
"""


def is_courtesy(words: Sequence[str]) -> bool:
    """Whether these words are a courtesy or an interjection of the list and nothing else, in whatever language."""
    return _joined(words) in _courtesies()


def is_credit(words: Sequence[str]) -> bool:
    """Whether these words hold the credits or the farewell of a video, or no words at all: `[Music]`, `♪♪`, `...`."""
    text = " ".join(words).strip()
    if text[:1] + text[-1:] in ("[]", "()", "**", "【】", "（）"):
        return True
    joined = _spaced(words)
    return not joined or bool(_credits().search(joined))


def _joined(words: Sequence[str]) -> str:
    return "".join(normal(word) for word in words)


def _spaced(words: Sequence[str]) -> str:
    return " ".join(
        part for word in words for part in re.split(r"[^\w'’]+", word.casefold().replace("’", "'")) if part.strip("'_")
    )


@cache
def _courtesies() -> frozenset[str]:
    phrases = (phrase for text in COURTESIES.values() for line in text.split("\n") for phrase in line.split("|"))
    return frozenset(normal(phrase) for phrase in phrases) - {""}


@cache
def _credits() -> re.Pattern[str]:
    lines = (line.strip() for line in CREDITS.strip().split("\n"))
    return re.compile("|".join(part.strip() for line in lines for part in line.split(" | ")))
