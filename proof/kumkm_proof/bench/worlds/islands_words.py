"""Words of the eastern islands: who people are called, what they sell, how a place is said. Data only.

A folk is a people with its own names; a shore is a stretch of regencies with its folk, its newcomers and its churches.
"""

from typing import NamedTuple


class Folk(NamedTuple):
    """How a people names its children."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    families: tuple[str, ...]  # none where people have no family name
    middles: tuple[str, ...]
    faith: str  # catholic, protestant, muslim
    homes: tuple[str, ...]  # where an identity card was issued, for newcomers


CATHOLIC_MEN = """Yohanes Yosef Petrus Paulus Fransiskus Antonius Agustinus Yakobus Simon Stefanus Dominikus
Benediktus Gabriel Rafael Mikhael Wilhelmus Aloysius Kornelis Martinus Gregorius Laurensius
Vinsensius Yulius Blasius Marselinus Hironimus Kanisius Fabianus Siprianus Emanuel Kristoforus
Ferdinandus Alfonsus Bernadus Donatus Hendrikus Ignasius Leonardus Nikolaus Silvester Thomas Titus
Valentinus Viktor Zakarias Remigius Edmundus Melkior Baltasar Gaspar Eduardus Andreas Matias
Markus Lukas Yanuarius Oktovianus Klemens Rikardus Robertus Yeremias""".split()
CATHOLIC_WOMEN = """Maria Maria Maria Theresia Margaretha Elisabeth Yosefina Kristina Agustina Katarina Magdalena
Veronika Yuliana Wilhelmina Rosalia Fransiska Bernadeta Anastasia Angela Natalia Paulina Regina
Lusia Skolastika Helena Monika Martina Agnes Adelheid Sesilia Florentina Imelda Kornelia Marselina
Oliva Petronela Rufina Susana Ursula Yasinta Yovita Bergita Dominika Filomena Hendrika Melania
Modesta Getrudis Klara Ludgardis Emilia Yohana Rosa Yustina""".split()
PROTESTANT_MEN = """Yohanis Yermias Yusuf Marthen Daniel Samuel Yunus Soleman Elias Melkianus Yeremias Musa Habel Lewi
Efraim Obed Nahor Simson Thobias Gerson Ishak Abraham Benyamin Dominggus Ferdinand Frans Hendrik
Jefri Jems Johny Kaleb Kornelius Lambert Loth Mesakh Metusael Nikodemus Oktovianus Pieter Robert
Saul Semuel Seprianus Timotius Welem Yopi Yefta Zet Zadrak Yance Yosua Adrianus Apolos Barnabas
Charles Edison Rony Melki Deni Imanuel Jakob Alexander""".split()
PROTESTANT_WOMEN = """Yuliana Ester Dorkas Debora Yohana Marlina Yosina Welmince Adolfina Martha Naomi Ruth Rahel Sarah
Lea Ribka Fransina Dina Orpa Yakomina Antonia Ferderika Margarita Marice Mince Selfi Norce Novita Oktovina Paulina
Salomi Sofia Susana Tabita Yublina Yanti Yumina Merry Juliana Ferdinanda Elisabet Agustina Anita Selviana Mariana
Marthina Loisa Hermina Bertha Batseba Costansa Dolfina Regina Sance Thelma Vina Yemima Yustina Rosina Aplonia""".split()
MANADO_MEN = """Jantje Jemmy Ferry Stenly Novry Max Jhony Hengky Deddy Ronny Frangky Meydi Hanny Reynold Christian
Alfrets Berty Denny Edwin Eddy Fecky Fredrik Hein Herry James Jefry Jerry Johan Julius Karel
Maikel Marthin Melky Noldy Olden Otniel Randy Recky Roy Rudy Ruland Steven Sonny Tommy Vicky Welly
Wenny Youdy""".split()
MANADO_WOMEN = """Deetje Meyke Vonny Olfi Meity Jeane Jolly Fenny Femmy Ivonne Joice Julien Lientje Lidya Linda
Meiske Mieke Nova Novita Nontje Olga Rita Selvie Sherly Sintje Syane Tineke Treisje Vanda Vivi
Yetty Yulin Altje Anneke Debby Deisy Elvira Evie Fientje Grace Hetty Herlina Ineke Norma Sarah
Martje""".split()
BUGIS_MEN = """Rustam Jumardi Hasanuddin Sudirman Baharuddin Syamsuddin Arsyad Amiruddin Saharuddin Ambo~Tuo
Ambo~Dalle Baso Beddu Muh.~Yusuf Muhammad~Arif Abd.~Rahman Kamaruddin Darwis Nurdin Jamaluddin
Ilham Iwan Asdar Anwar Basri Firman Haeruddin Herman Kaharuddin La~Tang Mappa Massa Mansyur Muhlis
Mustamin Nasrullah Ridwan Sainal Sultan Supardi Takdir Tahir Usman Wahyudi Zainuddin Andi~Baso
Andi~Rusli Daeng~Nai Daeng~Sila Ansar Akbar Muliadi""".split()
BUGIS_WOMEN = """Hasnah Nurhayati Sitti~Aminah St.~Rahma Hasnawati Rosmini Nurlina Indo~Tang I~Masse Kartini Marwah
Nuraeni Ramlah Rahmatia Sitti~Hajar Suriani Hartati Jumriah Nurbaya Fatmawati Darmawati Hasni Erna
Nurjannah Mardiana Sumarni Salmah Sahari Andi~Tenri Hamsinah Rosdiana Kasmawati Megawati
Sitti~Saleha Nurmi Hj.~Rabiah Musdalifah""".split()
BUTON_MEN = """La~Rudi La~Ode~Safiu La~Ode~Muh.~Amin La~Ntau La~Bahari La~Jumu La~Ode~Hamid La~Samsu La~Anto La~Duhu
La~Ode~Rusman La~Mani La~Aji La~Ode~Alimin La~Hasani La~Tini La~Ode~Ali La~Maeni La~Ganti La~Saidi Safrudin Hamzah
Ruslan La~Ode~Irwan La~Pati La~Nurdin""".split()
BUTON_WOMEN = """Wa~Rini Wa~Ode~Siti Wa~Sinta Wa~Ode~Hasna Wa~Ima Wa~Ana Wa~Ode~Nurlia Wa~Mina Wa~Ati Wa~Ode~Rosmia
Wa~Hadija Wa~Nuru Wa~Ode~Zamia Wa~Sarima Wa~Ija Wa~Tima Wa~Halima Wa~Ode~Fitri Wa~Rusni Wa~Nia""".split()
JAVA_MEN = """Sutrisno Slamet Suyanto Wagiman Paijo Sugeng Bambang Agus~Setiawan Supriyadi Mujiono Suparno Sukardi
Eko~Prasetyo Dwi~Santoso Hariyanto Joko Sunarto Nur~Hadi Muhammad~Soleh Ahmad~Rifai Imam~Safii Wahyu Edi~Susanto
Rohmad Kasmuri Samsul~Arifin Khoirul~Anam Budi~Santoso Gunawan Tarno Yudi Heri~Purnomo""".split()
JAVA_WOMEN = """Suparmi Sri~Wahyuni Siti~Aminah Sumiati Sulastri Tumini Endang Ngatini Siti~Khotimah Dwi~Lestari Eni
Sri~Hartini Supriyatin Wiwik Yuliati Siti~Rohmah Kasiyem Parti Rini Nurul~Hidayah Anik~Rahayu Susilowati Lilik
Umi~Kulsum Tutik Indarti Wartini Ika~Puspita""".split()
EAST_MUSLIM_MEN = """Abdul~Gani Ibrahim Ismail Muhamad~Saleh Abubakar Hamid Jafar Idris Yusuf Usman Husein Salim Umar
Abdullah Kasim Muhidin Ali Hasan Rajab Taher Syarif Ridwan Safar Arsad Sulaiman Mahmud Zainal Abd.~Latif""".split()
EAST_MUSLIM_WOMEN = """Siti~Hajar Fatima Hadija Aisa Nurhayati Halima Maryam Saodah Rukia Siti~Nur Jamila Rahma Asma
Zainab Salma Hawa Nursia Ramla Sarifa Siti~Aisah Mardia Saida Hapsa Rohani""".split()


def _joined(firsts: list[str], seconds: str) -> list[str]:
    """One name for most, two for some."""
    return firsts * 8 + [f"{first}~{second}" for first in firsts for second in seconds.split()]


def _folk(men: list[str], women: list[str], families: str, middles: str, faith: str, homes: str = "") -> Folk:
    lists = (men, women, families.split(), middles.split())
    unbound = [tuple(each.replace("~", " ") for each in words) for words in lists]
    return Folk(unbound[0], unbound[1], unbound[2], unbound[3], faith, tuple(homes.split()))


FOLKS = {
    "tetun": _folk(
        *(CATHOLIC_MEN, CATHOLIC_WOMEN),
        """Seran Nahak Klau Bria Un Bere Mau Bau Taolin Asa Luan Leki Atok Tae Berek Fahik Halek Manek Tahu Moruk Lesu
        Mali Loe Suri Bouk Kehi Lau Meak Nana Teti""",
        *("Bere Mau Leto Bete Hoar Luruk Balok Kiik Abuk Seuk Dahu Tei Goreti Fatima", "catholic"),
    ),
    "dawan": _folk(
        CATHOLIC_MEN[:30] + PROTESTANT_MEN,
        CATHOLIC_WOMEN[:30] + PROTESTANT_WOMEN,
        """Kefi Sila Neno Bana Fallo Taneo Nenobais Selan Tse Liunokas Kolo Tnunay Nesi Banunaek Naisoko Nubatonis Tefa
        Sonbai Benu Babys Lake Lopo Metkono Talan Ottu Faot Mella Sakan Natonis Oematan Boimau Tamonob Nabuasa""",
        *("Neno Sufa Loim Bifel Tafin Nahor Bano", "protestant"),
    ),
    "flores": _folk(
        *(CATHOLIC_MEN, CATHOLIC_WOMEN),
        """Wangge Dhae Mbete Lele Wara Sare Ndoa Bhoki Jehadun Jehamat Nggadas Parera Gomez Silva Fernandez Kelen
        Hayon Tukan Ola Boli Kopong Lamak Wuwur Moa Nong Woda Rangga Ngera Seda Tuga Bata Lado Wea Meo Koten
        Hurint Maran""",
        *("Moa Nong Wea Lelu Nona Sina Sedu Longginus Goreti Xaverius Mado Kewa Peni Ema Nurak", "catholic"),
    ),
    "sumba": _folk(
        [*PROTESTANT_MEN[:40], "Umbu", "Umbu", "Ngongo", "Bulu", "Dairo", "Mete", "Lende"],
        [*PROTESTANT_WOMEN[:40], "Rambu", "Rambu", "Leda", "Konda", "Ngguna", "Wada"],
        """Deta Bili Dapa Kahi Ndjurumana Landupraing Hambandima Ngongo Bulu Malo Mete Rehi Tamu Rame Pekuali Wungo
        Tanggu Maramba Manja Nggaba Kaka Lere Ate Pati Ndapamuri Kalikit Hamba Renda""",
        *("Umbu Rambu Ngongo Bora Leha Katrina Kahi Hina Tamu", "protestant"),
    ),
    "rote": _folk(
        *(PROTESTANT_MEN, PROTESTANT_WOMEN),
        """Ndun Foeh Manafe Pah Ndolu Radja Ludji Riwu Djara Hede Lulu Mooy Messakh Henuk Pello Saudale Dethan Ballo
        Haning Adu Nalle Lona Bolla Tari Kana Lomi Bire Kota Maukari Lapenangga Malaikari Djami Lanma""",
        *("Adolf Lona Dju Mone Bela Ga Haba", "protestant"),
    ),
    "ambon": _folk(
        PROTESTANT_MEN + MANADO_MEN[:20],
        PROTESTANT_WOMEN + MANADO_WOMEN[:20],
        """Pattiasina Tuhumury Pattinama Sahertian Latumahina Matulessy Wattimena Nikijuluw Manuputty Siahaya
        Leatemia Lesnussa Tomasoa Talakua Souisa Hukom Lekatompessy Picauly Sopacua Tahalele Pelupessy Latupapua
        Maitimu Noya Mailoa Parinussa Riry Saimima Takaria Titaley Uneputty Wairisal Soumokil Louhenapessy""",
        *("Jacob Julius Magdalena Carolina", "protestant"),
    ),
    "salam": _folk(
        *(EAST_MUSLIM_MEN, EAST_MUSLIM_WOMEN),
        """Latuconsina Tuasikal Salampessy Marasabessy Tuanakotta Pelu Ohorella Lestaluhu Sangadji Tuankotta
        Wael Nurlette Malawat Kaplale Tubaka Patiran Bauw Hegemur Kabakoran Rumadan Kelian Rumakefing""",
        *("Muhamad Nur", "muslim"),
    ),
    "kei": _folk(
        *(CATHOLIC_MEN[:40] + PROTESTANT_MEN[:30], CATHOLIC_WOMEN[:40] + PROTESTANT_WOMEN[:30]),
        """Rahayaan Renyaan Rahakbauw Fofid Ohoiwutun Renwarin Ngabalin Batlayeri Lololuan Rahanra Refra Ubro Setitit
        Ohoiledwarin Elsoin Savsavubun Tethool Letsoin Yamlean Teniwut Rettob Jamlean""",
        *("Goreti Fatima Yosep", "catholic"),
    ),
    "coast": _folk(
        *(PROTESTANT_MEN, PROTESTANT_WOMEN),
        """Rumbiak Rumaropen Kafiar Mambrasar Wambrauw Sanadi Ohee Suebu Felle Ondi Wally Kambu Momot Osok Kalami
        Malibela Mahuze Gebze Kaize Balagaize Mandacan Indou Saiba Dowansiba Yarangga Rumbewas Korwa Mayor Awom
        Burwos Yoku Ibo Pulanda Monim Kbarek Wompere Warinussy Yomaki Mansawan Arwam Rumbrar""",
        *("Alfius Sem Mina Yakoba", "protestant"),
    ),
    "hill": _folk(
        *(PROTESTANT_MEN, PROTESTANT_WOMEN),
        """Kogoya Wenda Tabuni Yikwa Asso Wetipo Mabel Hubi Elosak Wonda Murib Kossay Itlay Logo Matuan Huby Lokobal
        Wamu Telenggen Enumbi Tabo Gombo Karoba Yoman""",
        *("Yali Etti Nes", "protestant"),
    ),
    "minahasa": _folk(
        *(MANADO_MEN + PROTESTANT_MEN[:15], MANADO_WOMEN + PROTESTANT_WOMEN[:15]),
        """Waworuntu Rumengan Lumintang Sondakh Mamuaja Pangemanan Wowor Kaunang Tumbelaka Mokalu Runtuwene Sumual
        Rawung Kalalo Tumiwa Mandagi Lengkong Supit Wuisan Pontoh Karundeng Tangkudung Makahinda Manumpil
        Takalamingan Makagansa Bawole Tatengkeng Salindeho Manoppo Rorimpandey Sumampouw Kojongian Paat Lasut
        Senduk Montolalu""",
        *("Julius Adelina Hendrik Maria", "protestant"),
    ),
    "bugis": _folk(
        _joined(BUGIS_MEN, "Rahman Alim Syam Ramli Side Tahir Hamid Saleh Patta"),
        _joined(BUGIS_WOMEN, "Rahman Alim Ramli Tahir Hamid Saleh Sari Wati"),
        *("", "", "muslim"),
        "73.08.10 73.13.03 73.02.05 73.14.04 73.71.09 73.08.21",
    ),
    "buton": _folk(
        _joined(BUTON_MEN, "Ali Hasan Tua Rahim Salim Dani Umar Arif"),
        _joined(BUTON_WOMEN, "Sari Rahim Salim Ida Yanti Sarlina Umi"),
        *("", "", "muslim"),
        "74.01.10 74.07.02 74.03.11 74.04.06",
    ),
    "jawa": _folk(
        _joined(JAVA_MEN, "Hidayat Santoso Nugroho Wibowo Utomo Saputra Rohman Setiawan"),
        _joined(JAVA_WOMEN, "Ningsih Handayani Rahayu Lestari Susanti Wulandari Wati Astuti"),
        *("", "", "muslim"),
        "35.24.12 35.10.07 33.12.05 35.17.09 33.72.02 35.05.14",
    ),
    "toraja": _folk(
        *(PROTESTANT_MEN, PROTESTANT_WOMEN, "Pasang Rante Tandi Sarungallo Palimbong Bato Tangke Lolo Pakiding Rembon"),
        *("", "protestant", "73.18.05 73.26.03"),
    ),
    "tionghoa": _folk(
        "Hendra Rudy Jimmy Hengky Tony Robby Willy Sonny Johan Erwin Tjen~Tjong Andre".split(),
        "Meilan Lanny Susan Fenny Mei~Ling Linda Jeanny Vivian Lily Shinta".split(),
        *("Wijaya Gunawan Tanoni Lie Go Tan Tjung Lay Thio Angkawijaya Theorupun", "", "catholic"),
    ),
}


class Shore(NamedTuple):
    """A stretch of one regency: where, who lives there, who came, how urban."""

    regency: str
    districts: tuple[str, ...]
    card: str  # the regency as old identity cards have it
    zone: str  # ntt, maluku, papua, sulut
    latitude: float
    longitude: float
    folks: tuple[str, ...]
    newcomers: float
    town: float
    coast: float
    hamlets: str


_SHORES = """53.04 01,02,04,12,13 53.04 ntt -9.11 124.89 tetun,tetun,dawan .10 .25 .2 Aitaman,Webua,Haliwen,Fatubanao
53.21 01,02,03,04,05 53.04 ntt -9.56 124.90 tetun .05 .1 .3 Besikama,Kamanasa,Laran,Wehali
53.03 01,02,03,04,05 53.03 ntt -9.45 124.48 dawan .08 .2 .1 Sasi,Benpasi,Naesleu,Oelami
53.02 01,02,03,04,05 53.02 ntt -9.86 124.28 dawan .05 .12 .1 Oebesa,Nunumeu,Kobelete,Fatukopa
53.71 01,02,03,04,05,06 53.71 ntt -10.17 123.61 rote,dawan,rote,flores .22 .95 .4 Oesapa,Lasiana,Oebobo,Sikumana
53.08 01,02,03,04,05 53.08 ntt -8.84 121.66 flores,flores,salam .12 .3 .5 Mautapaga,Nangaba,Wolotopo,Ndao
53.07 01,02,03,04,05 53.07 ntt -8.63 122.22 flores .12 .25 .5 Wairklau,Nangahure,Waioti,Habi
53.06 01,02,03,04,05 53.06 ntt -8.34 122.98 flores,flores,salam .08 .15 .6 Lamawalang,Waibalun,Lewoloba,Riangkaha
53.11 01,02,03,04,05 53.11 ntt -9.66 120.26 sumba .12 .25 .3 Prailiu,Kambaniru,Matawai,Lambanapu
53.18 01,02,03,04,05 53.12 ntt -9.42 119.24 sumba .06 .12 .3 Waitabula,Kalena,Wee~Londa,Bondo
53.14 01,02,03,04,05 53.01 ntt -10.74 123.12 rote .06 .1 .7 Mokdale,Sanggaoen,Metina,Oelua
53.05 01,02,03,04,05 53.05 ntt -8.22 124.51 rote,rote,salam .08 .2 .7 Kalabahi,Mutiara,Kabola,Alor~Kecil
81.01 01,02,06,09,11 81.01 maluku -3.32 128.95 ambon,salam .18 .2 .8 Ampera,Letwaru,Haruru,Waipo
81.02 01,03,04,05,13 81.02 maluku -5.64 132.74 kei,kei,salam .08 .2 .9 Ohoijang,Faan,Sathean,Langgur
81.04 01,02,03,06,10 81.01 maluku -3.25 127.09 salam,ambon .35 .15 .7 Namlea,Jikumerasa,Lala,Savana
81.71 01,02,03,04,05 81.71 maluku -3.69 128.18 ambon,ambon,salam .25 .85 .6 Air~Salobar,Kudamati,Batu~Merah,Galala
71.71 01,02,03,04,05,06 71.71 sulut 1.48 124.84 minahasa .20 .95 .4 Malalayang,Tikala,Paal,Singkil
71.02 01,02,03,04,05,06 71.02 sulut 1.30 124.90 minahasa .05 .2 .2 Rerewokan,Kiniar,Wewelen,Katinggolan
71.72 01,02,03,04,05 71.72 sulut 1.44 125.18 minahasa .18 .7 .7 Girian,Madidir,Pinokalan,Aertembaga
71.03 08,09,10,11,12 71.03 sulut 3.58 125.50 minahasa .05 .15 .9 Tona,Manente,Petta,Enemawira
91.71 01,02,03,04,05 91.71 papua -2.58 140.69 coast,coast,hill .45 .9 .4 Waena,Kotaraja,Hamadi,Entrop
91.03 01,02,03,04,05 91.03 papua -2.57 140.51 coast .30 .3 .5 Hinekombe,Dobonsolo,Ifale,Yahim
91.06 01,02,03,04,05 91.06 papua -1.17 136.09 coast .22 .3 .8 Samofa,Mandala,Ridge,Sorido
92.02 03,04,05,12,13 92.02 papua -.87 134.07 coast .40 .4 .6 Sanggeng,Wosi,Amban,Arfai
96.71 01,02,03,04,05 92.71 papua -.88 131.27 coast .50 .9 .5 Malanu,Klademak,Remu,Rufei
92.03 01,02,03,04,05 92.03 papua -2.93 132.29 salam,coast .25 .25 .8 Danaweria,Wagom,Dulanpokpok,Sekru
95.01 01,02,03,04,05 91.02 papua -4.09 138.95 hill .25 .3 0 Sinakma,Hom-Hom,Potikelek,Ilokama
93.01 01,02,03,04,05 91.01 papua -8.49 140.40 coast,kei .45 .4 .4 Mopah,Kelapa~Lima,Spadem,Gudang~Arang
94.01 01,02,03,04,05 91.04 papua -3.36 135.49 coast,hill .40 .4 .5 Kalibobo,Siriwini,Karang~Tumaritis,Oyehe"""


def _shore(line: str) -> Shore:
    regency, districts, card, zone, *numbers, folks, newcomers, town, coast, hamlets = line.split()
    places = (float(numbers[0]), float(numbers[1]))
    shares = (float(newcomers), float(town), float(coast))
    split = (tuple(districts.split(",")), tuple(folks.split(",")))
    return Shore(regency, split[0], card, zone, *places, split[1], *shares, hamlets.replace("~", " "))


SHORES = tuple(map(_shore, _SHORES.splitlines()))
NEWCOMERS = {
    "ntt": ("bugis", "bugis", "jawa", "jawa", "buton", "tionghoa", "toraja"),
    "maluku": ("buton", "buton", "buton", "bugis", "jawa", "tionghoa"),
    "papua": ("bugis", "bugis", "bugis", "jawa", "jawa", "jawa", "buton", "toraja", "toraja", "tionghoa"),
    "sulut": ("bugis", "jawa", "jawa", "tionghoa", "buton"),
}
CHURCHES = {
    ("ntt", "catholic"): "Kapela St. Yosef;Gereja Katolik;Gereja Paroki;Kapela Santa Maria;Stasi St. Petrus",
    ("ntt", "protestant"): "Gereja GMIT Efata;Gereja Imanuel;Gereja GMIT Betel;Gereja GKS;Gereja Petra",
    ("maluku", "protestant"): "Gereja GPM;Gereja Bethel;Gereja Maranatha;Baileo;Gereja Silo",
    ("maluku", "catholic"): "Gereja Katolik;Gereja Hati Kudus;Kapel;Gereja Paroki",
    ("papua", "protestant"): "Gereja GKI Pniel;Gereja GKI;Gereja GIDI;Gereja Baptis;GKI Maranatha;Gereja Betlehem",
    ("papua", "catholic"): "Gereja Katolik;Gereja Katedral;Gereja Paroki",
    ("sulut", "protestant"): "Gereja GMIM;GMIM Sion;GMIM Imanuel;Gereja Germita;Gereja Pantekosta",
}
MOSQUES = "Masjid;Masjid Raya;Masjid Al-Ikhlas;Masjid Nurul Iman;Mushola"
LANDMARKS = """Kantor Desa;SD Inpres;SD Negeri;Pustu;Polindes;Lapangan Bola;Jembatan;Pertigaan;Menara Telkomsel;Bak Air
Polsek;Pohon Beringin;SMP Negeri;Puskesmas;PAUD;Kuburan Umum;Kali;Gudang Dolog;Kantor Camat;Koramil""".replace(
    "\n", ";"
).split(";")
SHORE_MARKS = ("Dermaga", "Pelabuhan", "Pantai", "Tambatan Perahu", "Tempat Pendaratan Ikan", "Pabrik Es")
STREETS = {
    "ntt": "Timor Raya;El Tari;Trans Timor;Soekarno;Ahmad Yani;Gajah Mada;Trans Flores;Diponegoro;Pahlawan;Sudirman",
    "maluku": "Pattimura;Sultan Hairun;Ahmad Yani;Yos Sudarso;Dr. Kayadoe;Rijali;Trans Seram;Baru;Said Perintah",
    "papua": "Raya Sentani;Ahmad Yani;Trikora;Irian;Yos Sudarso;Percetakan Negara;Pasifik Permai;Trans Papua;Merdeka",
    "sulut": "Sam Ratulangi;Walanda Maramis;Piere Tendean;Wolter Monginsidi;Trans Sulawesi;Yos Sudarso;Martadinata",
}
VILLAGES = {
    "ntt": "Fatu Lele Oe Wai Wolo Naga Hau Tuna Kabu Lewo Nita Manu Tuak Noel Kota Umbu Prai Watu Lada Bola".split(),
    "maluku": "Wai Hatu Ama Lata Tana Haru Tula Ohoi Sopa Rumah Nusa Kai Lisa Hulu Seri Toba Asi Lima".split(),
    "papua": "Wam Sor Yen Bos Kam Yaf Nim Wari Man Sar Asei Hom Wos Kwa Ari Inan Mok Ibe".split(),
    "sulut": "Tara Kawang Ton Wale Rem Kole Tom Ling Sara Kali Tumpa Sing Wuwuk Pine Mala Toun".split(),
}
VILLAGE_ENDS = (
    "koan biru tara lolo naru besi bena hari mau tuan sari ohon loa kawa rowa kasi dori mere wila sonde".split()
)
CHILDREN = """Noni Rian Yani Putri Ando Iren Gisel Jeni Aldi Risky Fani Rati Kevin Glen Chika Nona Tasya Vano
Novi Meli Ica Riko Desi Ona Ema Ita Ani Marko Dion Excel Grace Inggrid Kiki Lia Mita Rino Tika
Vian Yuni Arjun Dafa Fitri Aisyah Rehan Alya Zaki Salsa Wulan Reno Yohan Stela Angel Queen Jois
Lani Dede""".split()
SIGNS = {
    "catholic": """Berkat;Sinar Kasih;Ave Maria;Fatima;Santa Maria;Karunia;Bintang Timur;Kasih Ibu;Rosario;Sinar Pagi
Immaculata;Dua Putri;Tiga Putra;Sehati;Harapan Baru;Usaha Bersama;Setia;Cahaya;Harapan;Mawar;Ina Ama""",
    "protestant": """Berkat;Imanuel;Efrata;Syalom;Maranatha;Ebenhaezer;Betesda;Getsemani;Sola Gratia;Anugerah;Karunia
Filadelfia;Bethania;Tabita;Kasih;Sinar Kasih;Hosana;Sion;Nazaret;Elim;Agape;Gloria;Pniel;Dua Saudara;Kasih Karunia""",
    "muslim": """Barokah;Sumber Rejeki;Rahmat;Hidayah;Amanah;Berkah;Mitra;Anugrah;Sederhana;Sinar Jaya;Makmur;Rezky
Sumber Jaya;Murah;Cahaya;Harapan;Ikhlas;Mandiri;Setia Kawan;Rahma""",
    "bugis": "Sinar Bone;Cahaya Bugis;Sidrap;Wajo;Bulukumba;Makassar;Pangkep;Celebes",
    "buton": "Sinar Buton;Wakatobi;Cahaya Muna;Binongko;Sinar Wanci;Tomia",
    "jawa": "Lamongan;Cak Man;Pak De;Wong Solo;Jember;Mas Agus;Sari Laut;Jawa Timur",
    "toraja": "Toraja;Sangalla;Rantepao;Misiliana",
}
SIGNS_OF = {faith: text.replace("\n", ";").split(";") for faith, text in SIGNS.items()}
SHARED_SIGNS = {
    "pulsa": ("Telkomsel", "Agen Pulsa", "All Operator", "Counter HP"),
    "mitan": ("Pangkalan Minyak Tanah", "Pangkalan Minyak Tanah Bersubsidi", "Pertamina"),
    "esteh": ("Teh Poci", "Es Teh Jumbo", "Es Teh Solo", "Pop Ice", "Es Kepal"),
    "brilink": ("BRILink", "Agen BRILink"),
}
ALSO = "bensin botol;pulsa;pinang;minyak tanah;rokok;es batu;gorengan;sayur;kue;air galon;sopi;sirih".split(";")

NICKS = """yohanes=Jhon,Yan,Yanto,Anis,Hans yohanis=Yan,Anis,Nani yosef=Yos,Ose,Yosep petrus=Pit,Piter,Peu
paulus=Polus,Pau fransiskus=Frans,Sis,Frengki antonius=Anton,Toni,Nius agustinus=Agus,Gusti,Tinus
yakobus=Kobus,Yako stefanus=Stef,Evan dominikus=Domi,Minikus benediktus=Beni,Diktus
gabriel=Gebi,Abe wilhelmus=Wem,Mus,Willem aloysius=Alo,Loys kornelis=Nelis,Kor kornelius=Nelis,Kor
martinus=Tinus,Marten gregorius=Goris,Rius laurensius=Lorens,Rensi vinsensius=Vinsen,Sensi
marselinus=Marsel,Selus hironimus=Roni,Mus siprianus=Sipri emanuel=Eman,Nuel
ferdinandus=Ferdi,Nandus bernadus=Nadus,Berno donatus=Don,Natus hendrikus=Hendrik,Endi
ignasius=Igo,Nas leonardus=Leo,Nadus nikolaus=Niko maria=Mery,Ria,Mia theresia=There,Tere,Sia
margaretha=Reta,Greta elisabeth=Elis,Beth elisabet=Elis,Beti yosefina=Fina,Yos kristina=Tina,Kris
agustina=Tina,Agus katarina=Rina,Katrin magdalena=Magda,Lena veronika=Vero,Nika yuliana=Yuli,Ana
wilhelmina=Mina,Wil rosalia=Ros,Lia fransiska=Siska bernadeta=Deta anastasia=Asti,Tasia
paulina=Lina skolastika=Tika petronela=Nela marthen=Ten,Tinus dominggus=Minggus
hendrik=Hengky,Endi soleman=Leman benyamin=Beny,Min oktovianus=Okto semuel=Sem,Semi
samuel=Sam,Semi nikodemus=Niko timotius=Timo,Tius adrianus=Adi,Anus yohana=Ana,Yo yosina=Yos,Sina
fransina=Ina,Sina adolfina=Fin,Adol welmince=Mince,Wel yakomina=Mina,Yako marlina=Lina
ferderika=Rika martha=Mata jantje=Yan,Ance christian=Kris stenly=Sten frangky=Angky deetje=Dece
meyke=Mey lientje=Lin sutrisno=Tris,No hasanuddin=Hasan,Udin syamsuddin=Syam,Udin
baharuddin=Bahar,Udin nurhayati=Nur,Yati hasnawati=Hasna suparmi=Parmi sulastri=Lastri
supriyadi=Supri,Yadi fatmawati=Fatma kamaruddin=Kamar nuraeni=Nur,Eni jamaluddin=Jamal
sudirman=Dirman"""
NICK_OF = {key: tuple(value.split(",")) for key, value in (each.split("=") for each in NICKS.split())}
SPELLINGS = """yohanes=Johanes,Yohannes,Johannes,Yohanis yohanis=Johanis,Yohanes yosef=Yoseph,Josef,Yosep
theresia=Teresia,Theresa elisabeth=Elisabet,Elizabeth kristina=Christina,Kristin agustinus=Agusthinus,Agustinos
yakobus=Jakobus margaretha=Margareta,Margaritha fransiskus=Fransiscus,Franciskus stefanus=Stephanus,Stevanus
yuliana=Juliana wilhelmus=Welhelmus,Wihelmus mikhael=Mikael,Michael katarina=Catharina,Katharina
marthen=Marten,Martin yosefina=Yosephina,Josefina veronika=Veronica hironimus=Hieronimus,Heronimus
kornelis=Cornelis,Kornelius siprianus=Ciprianus vinsensius=Vincensius,Vinsentius laurensius=Laurentius,Lorensius
dominggus=Domingus,Dominggas thomas=Tomas viktor=Victor jefri=Jefry,Jefrey jantje=Jantce,Yantje
yermias=Jeremias,Yeremias ester=Esther ruth=Rut wenda=Wanda seran=Saran nahak=Nahac djami=Jami djara=Jara
radja=Raja ludji=Luji parera=Pareira silva=Sylva latuconsina=Latukonsina salampessy=Salampesi rumbiak=Rumbiyak
pattiasina=Patiasina tuasikal=Tuasical matulessy=Matulesi rahayaan=Rahayan kogoya=Kogoja tabuni=Taboni
muhamad=Muhammad,Moh.,Muh. muhammad=Moh.,Muh.,Mohamad abd.=Abdul sitti=St.,Siti st.=Sitti,Siti siti=Sitti,Sity
baharuddin=Baharudin hasanuddin=Hasanudin syamsuddin=Samsuddin,Syamsudin nurhayati=Nur~Hayati hasnah=Hasna
sutrisno=Soetrisno suyanto=Soeyanto waworuntu=Woworuntu wowor=Wowoor hadija=Khadijah fatima=Fatimah
yusuf=Jusuf,Yusup fransina=Francina oktovianus=Octovianus felle=Fele suebu=Soebu wonda=Wandha tnunay=Tnunai
nenobais=Nenobaes oematan=Umatan boimau=Buimau hayon=Hajon fernandez=Fernandes gomez=Gomes"""
SPELLED = {
    key: tuple(each.replace("~", " ") for each in value.split(","))
    for key, value in (pair.split("=") for pair in SPELLINGS.split())
}
