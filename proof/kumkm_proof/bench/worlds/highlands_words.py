"""Words of the highlands: who lives there, how they are called, what they do, what stands on their signs.

North Sumatra (Batak of five kinds, Malay, Javanese of the old plantations, Chinese shopkeepers), West Sumatra
(Minangkabau) and Lampung (Javanese, Sundanese and Balinese settlers among Lampung people and growers from Semendo).
Lists are ordered: what is commoner stands earlier, and is drawn more often.
"""

from itertools import accumulate
from typing import NamedTuple


class People(NamedTuple):
    """How one people is named. `second` may be empty: then many have one word."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    clans: tuple[str, ...]
    men_second: tuple[str, ...]
    women_second: tuple[str, ...]
    muslim: bool


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, where an underscore stands for a blank inside one."""
    return tuple(each.replace("_", " ") for each in text.split())


def _people(men: str, women: str, clans: str = "", more: tuple[str, str] = ("", ""), *, muslim: bool = True) -> People:
    return People(listed(men), listed(women), listed(clans), listed(more[0]), listed(more[1]), muslim)


_TOBA_MEN = """Parlindungan Hotman Tumpal Maruli Poltak Saut Sahat Togar Binsar Jonson Rudi Robert Roni Edison Monang
Manahan Mangasi Pardamean Parulian Pangihutan Tigor Tulus Lamhot Hasudungan Haposan Jhonny Jannes Rikardo Sabar Sihar
Dapot Daulat Darwin Charles Benny Antonius Alboin Albiner Bonar Marulak Mangatur Marihot Marolop Horas Jekson Jepri
Hendra Lambok Lundu Luhut Maringan Mula Nelson Oloan Osmar Pahala Patar Ramses Resman Rinto Rikson Sampe Sintong
Swandi Walter"""
_TOBA_WOMEN = """Lasma Tiurma Rotua Rosmaida Nurhaida Lamria Romauli Rosintan Rospita Sondang Marlina Marintan
Mariati Melda Mesta Minar Hotmauli Hotmaida Duma Dumasari Elfrida Erika Esra Friska Juliana Junita Kristina Lina
Linda Lisbet Lusi Norma Nurmala Ramauli Riama Rina Risma Roma Rosalina Rosdiana Rosni Rugun Sarma Saurma Serli Tetty
Tiarma Tiomina Tiodor Yanti Dorlan Derita Delima Bungaria Basaria Asima Artauli Anita Agustina Merlin Tioria Nursani
Sarmauli Tianggur"""
_TOBA_CLANS = """Simanjuntak Siahaan Sihombing Situmorang Sinaga Hutabarat Hutagalung Hutapea Simatupang Silaban
Nababan Panjaitan Pardede Napitupulu Manurung Sitorus Marpaung Tampubolon Simbolon Nainggolan Naibaho Pasaribu
Lumban_Tobing Lumban_Gaol Lumban_Raja Purba Manalu Butar-Butar Silalahi Sihotang Malau Gultom Samosir Siallagan
Tambunan Aritonang Sianturi Hutasoit Hutauruk Panggabean Sitompul Simorangkir Sagala Limbong Sidabutar Sirait
Ambarita Rajagukguk Siburian Simamora Munthe Togatorop Siregar Banjarnahor Marbun"""
PEOPLES: dict[str, People] = {
    "toba": _people(_TOBA_MEN, _TOBA_WOMEN, _TOBA_CLANS, muslim=False),
    "simalungun": _people(
        _TOBA_MEN + " Jaminson Jariaman Djaulung Juniaman Kamen Rosim Sarmedi Lamson Radiaman Sahala",
        _TOBA_WOMEN + " Rosliana Sarianna Normalina Jarianim Ronauli Emmi Rasmina Herlina",
        "Saragih Purba Damanik Sinaga Sipayung Girsang Haloho Sumbayak Garingging Turnip Tondang Simarmata",
        muslim=False,
    ),
    "karo": _people(
        """Terkelin Ngajarken Tenang Dalan Malem Nggeluh Rasmi Bahagia Bangsi Jamin Jusup Pulung Pelita Setia Simpei
        Tersek Ukur Usaha Rencana Robinson Roy Edi Erwin Benyamin Josua Andi Ferdinan Sabar Herman Elieser Kueteh
        Perdana""",
        """Rehulina Nurlela Rosmalina Rasmita Kelin Lina Mariani Martalena Masa Meriati Nampati Norma Pinta Rahel
        Rehngena Renti Ribka Riahta Riani Rosdewi Sabarita Susi Ulina Yusnani Malemta Ngapulina Ernawati Mbelin
        Nehken""",
        """Sembiring Ginting Tarigan Karo-Karo Perangin-angin Sitepu Barus Sinulingga Surbakti Bangun Sebayang Milala
        Kembaren Pelawi Brahmana Depari Meliala Ketaren Kacaribu Sinukaban Purba Singarimbun Gurusinga Keliat
        Pinem""",
        muslim=False,
    ),
    "mandailing": _people(
        """Ahmad Sahrul Amir Ali Hasan Irwan Ikhwan Zulkarnaen Rahmat Ridwan Safaruddin Solahuddin Lokot Parlaungan
        Pangeran Sutan Baginda Marahalim Gong_Matua Tongku Pardomuan Ramadan Sangkot Borkat Imran Mhd._Yusuf
        Abdul_Rahman Mhd._Nuh Husin Asrul Parlagutan Darwin Edi Khoirul Mara_Sakti Sakti Aminuddin Kobul
        Pandapotan""",
        """Nurhayati Siti_Aisyah Masdalena Masnawari Maswarni Masitoh Nurhamidah Nurlan Hotnida Dermina Elida Ernawati
        Fatimah Gustina Halimah Hotmarina Khoiriah Lannida Nurasiah Nur_Jannah Rahma Rosmina Rukiah Sahriani Saidah
        Samsidar Yusro Asrida Siti_Aminah Tiaisah Nelli Nursaima Roslina Deliana Enni Tiraya""",
        """Nasution Lubis Rangkuti Batubara Pulungan Daulay Hasibuan Harahap Siregar Matondang Parinduri Hutasuhut
        Dalimunthe Ritonga Rambe Pohan Tanjung""",
    ),
    "malay": _people(
        """Ramli Syahrial Khairul Effendi Rusli Jamaluddin Zainal_Abidin M._Yusuf Ruslan Azhar Usman Bahrum Anwar
        Syafii Abdul_Karim Amiruddin Hamdan Ismail Iskandar Nazaruddin Suhaimi Tengku_Azhar Wan_Saiful Mahyudin
        Burhanuddin""",
        """Nurainun Rohani Maimunah Zubaidah Salmah Rahmah Fauziah Nursiah Khadijah Siti_Hajar Nilawati Zaitun Asmah
        Rohana Sri_Devi Faridah Mariam Hamidah Latifah Wan_Khalijah Halimatussakdiah""",
        more=("Hidayat Siregar Lubis Rahman Hakim Siddik", "Hanum Sari Wati Hasanah Hafni"),
    ),
    "minang": _people(
        """Syafrizal Zulkifli Afrizal Amril Asril Edi Erizal Feri Hendri Herman Irwandi Jasman Kamaruddin Masril
        Mawardi Nasrul Nofrizal Rahmat Riko Rinaldi Rusdi Syafruddin Syahrul Taufik Yulizar Yusrizal Zainal
        Zulhendri Efrizal Basril Bustami Darwis Dasril Ilyas Indra Kasman Nazarudin Nofiandri Oktavianus Rafles
        Ramli Ruslan Sabirin Samsuar Syamsuir Wandi Yondri Zalmi Zulfahmi Anto Jon Bakhtiar Muhammad_Nur Ali_Umar
        Arman Dodi Yendri Defrizal Ronal""",
        """Yusneli Yusnidar Nurhayati Erni Ernita Desmawati Eli Dewi Fatmawati Gusniar Murniati Nurbaiti Rosnidar
        Rosmaini Syamsidar Yenti Yetti Zuraida Yulidar Yurnalis Nurlis Nurmi Deswita Efi Elfi Elmi Gusmiati Hasnah
        Helmi Herlina Jasmi Lismawati Mardiana Marlis Mimi Misnawati Nelly Novia Resmi Reni Rosna Roza Ratnawilis
        Syafrida Warni Wirda Yasni Yelmi Zulfa Zubaidah Nurjani Asni Darnis Animar Rahmi Mega Silvia Ermawati
        Nuraini""",
        "Caniago Koto Piliang Tanjung Sikumbang Jambak Guci",
        ("Putra Saputra Hidayat Rahman Yandi Efendi Syah Fitra", "Sari Fitri Yani Wati Susanti Anggraini Putri"),
    ),
    "javanese": _people(
        """Sugeng Slamet Sutrisno Suparno Suyanto Sugiyanto Agus Supriyanto Wagiman Ngadiman Tukiman Sukirman Sutarno
        Suwarno Suroto Paimin Paiman Wagino Ngatimin Tukimin Sarman Sarjono Sumarno Sunaryo Samidi Ponijan Ponidi
        Legiman Legiyo Mulyono Mujiono Katiman Kasiman Jumadi Jumari Hariyanto Haryono Heri Eko Dwi Tri Budi Bambang
        Andi Joko Wahyu Yanto Sukardi Sukarjo Rebo Misman Misdi Kusno Gunawan Edi Muhammad_Soleh Ahmad Nur_Kholis
        Zaenal Imam""",
        """Sumiati Sumarni Suparmi Sutini Siti Sri Ponirah Wagirah Jumiati Tukinem Sukinem Sugiyem Tukiyem Ponikem
        Wagiyem Ngatinah Ngatiyem Painem Poniyem Legiyem Juminten Kasinem Kasiyati Lasmi Mujiati Marsini Murni
        Partini Rubiyem Rusmiati Samini Sarinem Endang Rini Tri Dwi Wahyuni Yuni Suyatmi Sulastri Sumirah Warsini
        Nanik Wiwik Lilis Ani Marfuah Khotimah Umi Nurhidayah""",
        more=(
            "Wahyudi Santoso Prasetyo Saputro Purnomo Wibowo Hartono Susilo Utomo Riyadi Susanto Setiawan Widodo",
            "Wahyuni Lestari Rahayu Handayani Astuti Ningsih Mulyani Rohani Aminah Fatimah Utami Khotimah Kholifah",
        ),
    ),
    "sundanese": _people(
        "Asep Dadang Ujang Cecep Engkus Maman Ade Dede Jajang Nana Udin Odang Aceng Iwan Deden Yayan Amin Sarip Omo",
        "Euis Neneng Imas Iis Entin Enok Cicih Ai Yayah Eem Nining Tati Ela Yoyoh Mimin Aisah Iyet Dedeh Onih Lilis",
        more=(
            "Suryana Hidayat Sutisna Supriatna Kurnia Mulyana Rohmat Saepudin Ruhiyat Sobari",
            "Nurhasanah Rohaeni Komariah Sumarni Kartini Kurniasih Rohayati Maryati Nurjanah",
        ),
    ),
    "lampung": _people(
        """Sahroni Rusli Zainuddin Hasanuddin Iskandar Herwan Yuzar Firman Edi Sapri Bahri Rosidi Thamrin Mat_Nur
        Ahmad Raden Alamsyah Hermansyah Johansyah Marwan Nurdin Sarkowi Tamrin Zulkarnain Basri Matjen Helmi
        Darwin""",
        """Rohaya Maimunah Rohani Zuraidah Asnawati Nurbaiti Yurlina Herawati Zaleha Suryati Mega Meri Emilia Rosmala
        Hayati Siti_Zubaidah Masnun Samsiah Marlena Nurma Ida Leni Megawati""",
        more=("Effendi Syah Gunawan Saputra Wijaya Hadi", "Wati Sari Yana Susanti Yanti Dewi"),
    ),
    "balinese": _people(
        "I_Wayan I_Made I_Nyoman I_Ketut I_Gede I_Komang I_Kadek I_Putu",
        "Ni_Wayan Ni_Made Ni_Nyoman Ni_Ketut Ni_Luh Ni_Komang Ni_Kadek Ni_Putu",
        more=(
            "Sudarsa Suardana Sujana Artana Sukadana Suarta Widana Merta Sudiarta Kerta Parwata Arnawa",
            "Sukerti Suartini Wati Ariani Sudiasih Rasmini Sulastri Suryani Astiti Murniasih",
        ),
        muslim=False,
    ),
    "chinese": _people(
        "Hendra Susanto Rudi Budiman Johan Jimmy Kelvin Gunawan Hartono Herman Edy Tony Wilson Suwandi Ationg Akhun",
        "Lina Susi Meilani Lili Yenny Merry Linda Mei_Ling Suryani Aling Asiang Herlina Jenny Lie_Hwa Yulianti Fenny",
        "Tan Lim Halim Wijaya Salim Tandiono Kusuma Chandra Lie Ng Ong Wong Sutanto Tanoto Hartanto Tjong",
        muslim=False,
    ),
}
CALLED_CHINESE = listed("Acin Ahuat Akiong Alay Ameng Asiu Aho Ayong Atek Acai Apin Aseng Aliong Akwet Afuk")
TITLES_MINANG = listed("St._Mudo St._Sati St._Rajo_Ameh St._Malano St._Bagindo Dt._Rajo_Panghulu Dt._Mangkuto")
PARTS = {  # names that are put together of two sounds: of men, of women
    "minang": (
        "Syaf Yus Zul Nof Des Er Ef Nas Mas As Am Bas Das Has Jas Kas Yul Hen Her Rus Mar Wis Al Af Syam Ar".split(),
        "rizal ril man ri mir wardi nedi ferdi rianto wandi neldi zal naldi rial maidi rinaldi dinal yardi wan".split(),
        "Yus Nur Des Er El Ros Mur Yul Sus Gus Mis Ris Lis Mar Net Wir Fit Jas Zur Yen As Der Her Mai Ref Sy".split(),
        "neli nida mawati niati mita maini lina wita naini neti niar dawati yanti mareni fiarni lidar lis".split(),
    ),
    "javanese": (
        "Su Wagi Ngadi Tuki Sar Mul Po Mu Jo Har Kas Legi Mis Par Kus Pri Tri Sis Yat Rus Wi Suk Tug Sab Nga".split(),
        "yono tono parno narto jarwo wandi yadi jianto ran mono wito priyadi madi yoso kamto dirjo warso gimin".split(),
        "Su Tuki Ngati Wagi Poni Par Mur Sar Kas Siti Rus Mar Win Tur Nur Tum Yat Sul Ris Har Leg Pai Jumi Sri".split(),
        "yati tinah yem narti warti nah tini gini minah sih rahayu harti wati mini kinah mirah kasih tun kem".split(),
    ),
}
MARGINS = {"Lumban": "L.", "Perangin-angin": "PA", "Karo-Karo": "KK"}

SPELLINGS = """sy=s sy=sj oe=u u=oe dj=j j=dj tj=c c=tj y=i i=y z=s z=j kh=h rr=r ll=l nn=n th=t ph=p f=p v=f ei=ai
ie=i q=k ya=ia ia=ya uw=uo aw=au x=ks ch=c yy=y dh=d zul=jul yus=jus nur=noer hy=hi tt=t ss=s aa=a ee=e h="""
VARIANTS = tuple(tuple(each.split("=")) for each in SPELLINGS.split())

# Signs. {n} owner's word, {k} a child's name, {c} clan or second word, {v} village, {p} a word of luck or home.
LUCK = {
    "north": listed("""Horas Rezeki Anugerah Saroha Marsada Sahabat Saudara Maju Sejahtera Dos_Ni_Roha Parna_Jaya
    Tao_Toba Rap_Martua Immanuel Kasih Mulia Berkat Sinar_Baru Gabe Setia Maranatha Mejuah-juah Sibayak Dolok Karya
    Serasi Tani Sehati Efrata"""),
    "west": listed("""Minang_Jaya Singgalang Merapi Sederhana Barokah Berkah Salero_Bundo Saiyo Sakato Takana_Juo
    Sepakat Usaha_Baru Rangkiang Ampera Siang_Malam Simpang_Raya Putra_Minang Sago Gumarang Keluarga Dua_Saudara
    Mutiara Family Rahmat"""),
    "south": listed("""Berkah Barokah Lestari Sumber_Rejeki Sido_Mulyo Maju_Jaya Rejeki Sri_Rejeki Tani_Makmur
    Mandiri Putra_Tunggal Sekawan Karya Makmur Setia Dua_Putri Tiga_Saudara Subur Jaya_Abadi Pesagi Bumi_Lampung
    Mekar Amanah Usaha_Baru"""),
    "chinese": listed("""Sinar_Jaya Maju_Bersama Abadi Naga_Mas Sumber_Jaya Makmur Mitra Sentosa Bintang Aneka
    Cahaya Central Panca_Jaya Sumatera Medan_Jaya Harapan Sejati Prima Terang"""),
}
CHILDREN = {
    True: "Rizki Dinda Putri Rafa Nabila Aulia Dimas Fajar Zahra Alif Keysha Citra Reyhan Naila Arya Iqbal".split(),
    False: "Gabriel Grace Samuel Tasya Daniel Yohana Kevin Mutiara Maria Yosua Angel Rara Intan Ruth Yoel".split(),
}
PARENTS = {
    "minang": (("Uni ", "Bu ", "Amak ", "Tek "), ("Uda ", "Pak ", "Apak ", "Mak ")),
    "javanese": (("Bu ", "Mbak ", "Mbah ", "Bu "), ("Pak ", "Mas ", "Mbah ", "Pak ")),
    "toba": (("Mak ", "Nai ", "Op. ", "Mamak "), ("Pak ", "Op. ", "Amani ", "Pak ")),
    "karo": (("Nande ", "Mamak ", "Bi ", "Nini "), ("Pa ", "Bapa ", "Pak ", "Bolang ")),
    "": (("Bu ", "Ibu ", "Mamak ", "Mak "), ("Pak ", "Bapak ", "Bang ", "Pak ")),
}

HAMLETS = {
    "north": listed("""Lumban_{w} Sosor_{w} Huta_{w} Dusun_{r} Dusun_{r} Dusun_{r} Lingkungan_{r} Banjar_{w}
    Pargodungan Dusun_{w}"""),
    "west": listed("Jorong_{w} Jorong_Koto_{w} Jorong_Simpang_{w} Jorong_Pasar Jorong_Balai_{w} Korong_{w} Jorong_{r}"),
    "south": listed("Dusun_{r} Dusun_{r} Dusun_{w} Lingkungan_{r} Pemangku_{r} Suku_{w} Umbul_{w} Dusun_{w}"),
}
PLACES = {
    "north": listed("""Pinasa Dolok Julu Tonga Jae Baringin Nagodang Pea Tobing Silintong Raut Bulu Sibolga Gorat
    Toruan Rihit Siantar Pasir Gambiri Sitorang Galagala Bagasan Purba Saribu Merek Tigabinanga Sumbul Parik
    Paranginan Sait Nihuta Naman Sukajulu Sibuntuon Siboras Pangururan Onan_Runggu Bahal Panyabungan Tanobato
    Sibanggor"""),
    "west": listed("""Tuo Gadang Baru Tangah Batu Baruah Ateh Lawang Sungai Kubang Limau Sungayang Rambatan Sariak
    Bukik Panampuang Salo Padang Lubuak Guguak Pandai Taram Mungka Halaban Situjuah Cupak Sumani Pakandangan Kapau
    Sianok Lasi Baso Tabek Aia_Angek Paninjauan Batipuah Pasie Kinali"""),
    "south": listed("""Sidomulyo Sukajadi Karang_Rejo Margodadi Sidorejo Sumber_Agung Purwosari Tanjung_Rejo
    Mekar_Sari Banyumas Bumi_Ayu Sukoharjo Wonosari Gading_Rejo Tulung_Agung Sri_Pendowo Way_Tenong Suka_Pura
    Tri_Mulyo Rama_Dewa Batu_Brak Sekincau Hanakau Sumber_Jaya Pekon_Balak Ambarawa Pagelaran Adi_Luwih Negeri_Sakti
    Kota_Agung Talang_Padang Gisting"""),
}
STREETS = {
    "north": listed("""Sisingamangaraja Merdeka Sudirman Dr._T.D._Pardede Balige_-_Siborongborong Besar
    Lintas_Sumatera Gereja Pasar_Baru Protokol Pendidikan Veteran Kapten_Bangsi_Sembiring Jamin_Ginting
    D.I._Panjaitan Kartini Onan Suprapto"""),
    "west": listed("""Raya_Bukittinggi_-_Payakumbuh Sudirman Soekarno_Hatta Imam_Bonjol Pasar Lintas_Sumatera
    M._Yamin Ahmad_Yani Hamka Diponegoro Raya_Padang_-_Solok Simpang_Empat Pahlawan Tuanku_Nan_Renceh Sutan_Syahrir
    Baringin"""),
    "south": listed("""Lintas_Barat Jend._Sudirman Ahmad_Yani Raya_Liwa Raya_Way_Tenong Kartini Lintas_Sumatera
    Diponegoro Pasar_Lama Imam_Bonjol Raya_Gading_Rejo Hos_Cokroaminoto Merdeka Mawar Melati Pendidikan Masjid
    Kenanga"""),
}
MARKETS = {
    "north": listed("Onan_{v} Pasar_{v} Pekan_{v} Tiga_{v} Pajak_{v}"),
    "west": listed("Pasar_{v} Pakan_{v} Balai_{v} Pasar_Nagari_{v} Pasar_Serikat_{v}"),
    "south": listed("Pasar_{v} Pasar_Tempel_{v} Pasar_Inpres_{v} Pasar_Desa_{v} Kalangan_{v}"),
}
LANDMARKS = {
    "north": listed("dekat_gereja_HKBP depan_SD_Negeri simpang_tiga samping_kantor_desa dekat_pajak dekat_GBKP"),
    "west": listed("dekat_surau depan_SD samping_mesjid simpang_ampek dekat_kantor_wali_nagari tepi_jalan_raya"),
    "south": listed("dekat_masjid depan_balai_desa pertigaan samping_SD gang_mushola dekat_lapangan"),
}


class Area(NamedTuple):
    """A regency: Kemendagri code, part of the island, point of its middle, districts, peoples with their weights."""

    code: str
    part: str
    name: str
    latitude: float
    longitude: float
    districts: tuple[str, ...]
    peoples: tuple[str, ...]
    weights: tuple[int, ...]
    farms: tuple[str, ...]


def _area(line: str) -> Area:
    code, part, name, latitude, longitude, districts, peoples, farms = (each.strip() for each in line.split("|"))
    pairs = [each.split(":") for each in peoples.split()]
    first, last = (int(each) for each in districts.split("-"))
    return Area(
        *(code, part, name.replace("_", " "), float(latitude), float(longitude)),
        tuple(f"{each:02d}" for each in range(first, last + 1)),
        *(tuple(each[0] for each in pairs), tuple(int(each[1]) for each in pairs), tuple(farms.split())),
    )


AREAS = tuple(
    _area(line)
    for line in """12.02|north|Tapanuli Utara|2.02|98.97|1-15|toba:96 javanese:2 minang:2|kopi babi padi kemenyan
12.12|north|Toba|2.36|99.13|1-10|toba:94 javanese:2 minang:2 chinese:2|kopi babi padi keramba
12.16|north|Humbang Hasundutan|2.26|98.70|1-10|toba:97 minang:1 chinese:1|kopi kemenyan babi cabai
12.17|north|Samosir|2.60|98.75|1-9|toba:97 minang:1 javanese:1|kopi babi keramba bawang
12.06|north|Karo|3.12|98.45|1-17|karo:80 toba:9 javanese:6 chinese:3 minang:2|jeruk sayur_tani cabai kopi babi
12.08|north|Simalungun|2.95|99.05|1-32|simalungun:32 toba:26 javanese:33 mandailing:5 chinese:3|kopi sawit padi jagung
12.11|north|Dairi|2.78|98.28|1-15|toba:62 karo:24 simalungun:6 javanese:4 chinese:2|kopi jagung babi cabai
12.13|north|Mandailing Natal|0.85|99.50|1-23|mandailing:88 minang:7 javanese:5|karet kopi padi kolam nilam
12.07|north|Deli Serdang|3.45|98.75|1-9|javanese:46 malay:15 toba:15 karo:10 mandailing:9 chinese:5|sawit jagung ayam
12.05|north|Langkat|3.75|98.30|1-23|javanese:48 malay:30 karo:12 mandailing:6 chinese:4|sawit karet sapi
12.09|north|Asahan|2.90|99.55|8-25|javanese:46 malay:22 toba:20 mandailing:7 chinese:5|sawit karet kambing
13.06|west|Agam|-0.25|100.25|1-16|minang:97 javanese:1 chinese:1|padi cabai sayur_tani kolam
13.04|west|Tanah Datar|-0.45|100.58|1-14|minang:98 javanese:1|padi cabai sapi kopi
13.07|west|Lima Puluh Kota|-0.15|100.65|1-13|minang:98 javanese:1|padi ayam jeruk gambir
13.02|west|Solok|-0.95|100.75|3-13|minang:97 javanese:2|padi bawang kopi sayur_tani
13.05|west|Padang Pariaman|-0.58|100.28|1-17|minang:98 chinese:1|padi kakao ayam sapi
13.12|west|Pasaman Barat|0.15|99.80|1-11|minang:52 mandailing:26 javanese:22|sawit jagung sapi
13.76|west|Payakumbuh|-0.22|100.63|1-5|minang:95 javanese:3 chinese:2|padi ayam
18.02|south|Lampung Tengah|-4.95|105.25|1-28|javanese:68 lampung:10 balinese:12 sundanese:6 chinese:3|singkong padi
18.04|south|Lampung Barat|-5.03|104.20|4-11|lampung:38 javanese:34 sundanese:22 minang:3 chinese:1|kopi sayur_tani lada
18.06|south|Tanggamus|-5.40|104.70|8-28|javanese:56 lampung:27 sundanese:12 minang:2 chinese:2|kopi kakao padi lada
18.07|south|Lampung Timur|-5.10|105.60|1-24|javanese:76 lampung:12 sundanese:6 balinese:4 chinese:2|singkong jagung lada
18.10|south|Pringsewu|-5.36|104.97|1-9|javanese:84 lampung:6 sundanese:5 chinese:3 minang:2|padi kolam kambing
18.08|south|Way Kanan|-4.60|104.50|2-14|javanese:48 lampung:34 sundanese:9 balinese:6|karet kopi sawit""".split("\n")
)
CULTURED = {
    "ulos": "toba simalungun",
    "lapo": "toba simalungun karo",
    "bpk": "toba simalungun karo",
    "babi": "toba simalungun karo balinese chinese",
    "homestay": "toba karo minang",
}
CRAFTS = {
    "north": "ulos gula anyaman kue bata tempe".split(),
    "west": "songket bordir keripik gula bata anyaman kue".split(),
    "south": "keripik tempe genteng bata tapis gula anyaman".split(),
}
EDUCATION = ("primary", "junior", "senior", "senior", "senior", "none", "primary", "diploma", "bachelor")
PREFIXES = "0812 0813 0821 0822 0823 0852 0853 0852 0813 0812 0831 0838 0877 0878 0895 0896".split()
COOPERATIVES = {
    "north": listed("CU_{p} CU_{p} KSP_{p} KSU_{p} KUD_{p} Koperasi_Kredit_{p} Kopwan_{p} Koperasi_Produsen_Kopi_{p}"),
    "west": listed("KSU_{p} KUD_{p} KJKS_BMT_{p} KSPPS_{p} Kopwan_{p} KPN_{p} Koperasi_Pasar_{p} KSP_{p}"),
    "south": listed("KUD_{p} KSU_{p} KSPPS_BMT_{p} KSP_{p} Koperasi_Wanita_{p} KPRI_{p} Primkopti_{p}"),
}
LONG_FORMS = {
    "KSP": "Koperasi Simpan Pinjam",
    "KSU": "Koperasi Serba Usaha",
    "KUD": "Koperasi Unit Desa",
    "CU": "Credit Union",
    "Kopwan": "Koperasi Wanita",
    "KSPPS": "Koperasi Simpan Pinjam dan Pembiayaan Syariah",
    "KPRI": "Koperasi Pegawai Republik Indonesia",
    "KPN": "Koperasi Pegawai Negeri",
    "RM": "Rumah Makan",
    "UD": "Usaha Dagang",
}


def rising(count: int, slope: float = 0.55) -> tuple[float, ...]:
    """Running weights of a list whose earlier words are commoner."""
    return tuple(accumulate(1 / (each + 4) ** slope for each in range(count)))
