"""The note to leave at a door, in Dutch and in the languages that the installation chooses (`PORTAL_LEAFLET`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leaflet:
    """The sentences of the note in one language.

    ``who`` has the places ``{who}`` (the coach) and ``{corporation}``. ``read`` says whether a native speaker read it.
    """

    code: str
    name: str
    dear: str
    reason: str
    who: str
    call: str
    again: str
    free: str
    why: str
    regards: str
    direction: str = "ltr"
    read: bool = False

    def introduced(self, who: str, corporation: str) -> str:
        """Return who the coach is and why the coach came."""
        return self.who.format(who=who, corporation=corporation)


DUTCH = Leaflet(
    "nl",
    "Nederlands",
    "Beste bewoner,",
    "Vandaag was ik bij u aan de deur. U was niet thuis, of het kwam niet uit.",
    "Ik ben {who}, wooncoach van {corporation}, uw verhuurder. Ik kom niet om geld vragen en ik kom niet controleren. Ik wil graag "
    "weten hoe het gaat. Misschien kunnen wij u ergens mee helpen.",
    "Wilt u praten of iets vragen? Bel mij gerust:",
    "Ik kom nog eens langs op:",
    "Het hoeft niet. U mag nee zeggen. Dat heeft geen gevolgen voor u.",
    "Wilt u weten waarom ik bij u kom? Dat vertel ik u graag. U mag vragen wat wij over u hebben opgeschreven. U mag ook vragen om "
    "uw gegevens hier niet voor te gebruiken.",
    "Met vriendelijke groet,",
    read=True,
)
OTHERS = (
    Leaflet(
        "en",
        "English",
        "Dear resident,",
        "I came to your door today. You were not at home, or it was not a good moment.",
        "I am {who}, housing coach of {corporation}, your landlord. I do not come to ask for money, and I do not come to check on "
        "you. I would like to know how you are. Maybe we can help you with something.",
        "Would you like to talk or ask something? Please call me:",
        "I will come by again on:",
        "You do not have to. You may say no. That has no consequences for you.",
        "Would you like to know why I come to you? I will gladly tell you. You may ask what we wrote down about you. You may also "
        "ask us not to use your data for this.",
        "Kind regards,",
        read=True,
    ),
    Leaflet(
        "tr",
        "Türkçe",
        "Sayın kiracımız,",
        "Bugün kapınıza geldim. Evde yoktunuz ya da uygun bir zaman değildi.",
        "Ben {who}. Ev sahibiniz olan {corporation} kurumunda konut danışmanıyım (wooncoach). Para istemeye ya da kontrol yapmaya "
        "gelmiyorum. Nasıl olduğunuzu öğrenmek istiyorum. Belki size bir konuda yardımcı olabiliriz.",
        "Konuşmak ya da bir şey sormak ister misiniz? Beni rahatça arayabilirsiniz:",
        "Şu tarihte tekrar uğrayacağım:",
        "Mecbur değilsiniz. Hayır diyebilirsiniz. Bunun sizin için hiçbir sonucu olmaz.",
        "Neden size geldiğimi öğrenmek ister misiniz? Bunu size memnuniyetle anlatırım. Sizin hakkınızda neler yazdığımızı "
        "sorabilirsiniz. Bilgilerinizin bunun için kullanılmamasını da isteyebilirsiniz.",
        "Saygılarımla,",
    ),
    Leaflet(
        "pl",
        "Polski",
        "Dzień dobry,",
        "Dzisiaj była u Państwa moja wizyta. Nikogo nie było w domu albo pora nie była odpowiednia.",
        "Nazywam się {who} i pracuję jako wooncoach (doradca mieszkaniowy) w {corporation}, u Państwa wynajmującego. Nie przychodzę "
        "po pieniądze ani na kontrolę. Chcę wiedzieć, jak się Państwu żyje. Może możemy w czymś pomóc.",
        "Chcą Państwo porozmawiać lub o coś zapytać? Proszę śmiało dzwonić:",
        "Przyjdę jeszcze raz dnia:",
        "Nie ma obowiązku rozmowy. Mogą Państwo odmówić. Nie będzie to miało dla Państwa żadnych konsekwencji.",
        "Chcą Państwo wiedzieć, dlaczego przychodzę? Chętnie to wyjaśnię. Mogą Państwo zapytać, co o Państwu zapisaliśmy. Mogą "
        "Państwo też poprosić, aby nie używać Państwa danych w tym celu.",
        "Z poważaniem,",
    ),
    Leaflet(
        "uk",
        "Українська",
        "Доброго дня!",
        "Сьогодні до вас був мій візит. Вас не було вдома, або час був незручний.",
        "Мене звати {who}. Я працюю консультантом із житлових питань (wooncoach) у {corporation}, вашого орендодавця. Я не приходжу "
        "по гроші й не приходжу з перевіркою. Я хочу дізнатися, як у вас справи. Можливо, ми можемо чимось допомогти.",
        "Хочете поговорити або щось запитати? Телефонуйте мені:",
        "Я прийду ще раз:",
        "Це не обов’язково. Ви можете відмовитися. Це не матиме для вас жодних наслідків.",
        "Хочете знати, чому я приходжу до вас? Я охоче поясню. Ви можете запитати, що ми про вас записали. Ви також можете попросити "
        "не використовувати для цього ваші дані.",
        "З повагою,",
    ),
    Leaflet(
        "ar",
        "العربية",
        "عزيزي الساكن، عزيزتي الساكنة،",
        "زرتُ بيتكم اليوم، ولم يكن أحد في البيت أو لم يكن الوقت مناسبًا.",
        "اسمي {who}، وأعمل في الإرشاد السكني (wooncoach) لدى {corporation}، الجهة المؤجِّرة لمسكنكم. لا آتي لطلب المال ولا للتفتيش. "
        "أودّ أن أعرف كيف أحوالكم. ربما نستطيع مساعدتكم في أمر ما.",
        "هل تودّون التحدث أو السؤال عن شيء؟ يمكنكم الاتصال بي على الرقم:",
        "سأزوركم مرة أخرى يوم:",
        "لستم ملزمين بذلك. يمكنكم أن تقولوا لا، ولن تكون لذلك أي عواقب عليكم.",
        "هل تريدون معرفة سبب زيارتي؟ يسعدني أن أشرح لكم ذلك. يحق لكم أن تسألوا عمّا كتبناه عنكم، ويحق لكم أن تطلبوا عدم استخدام "
        "بياناتكم لهذا الغرض.",
        "مع أطيب التحيات،",
        direction="rtl",
    ),
)
"""The other languages; which of them a coach can choose is up to the installation."""


def chosen(codes: list[str]) -> tuple[Leaflet, ...]:
    """Return the leaflets of an installation's languages."""
    return tuple(leaflet for leaflet in OTHERS if leaflet.code in codes)
