"""Names, signs and streets of the quarters of Jakarta, Bandung, Surabaya and Makassar, as data."""

from typing import NamedTuple


class City(NamedTuple):
    key: str
    name: str
    districts: tuple[tuple[str, int, float, float], ...]
    streets: tuple[str, ...]
    folk: tuple[tuple[str, ...], tuple[int, ...]]
    outsiders: float
    markets: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]


class Folk(NamedTuple):
    old_men: tuple[str, ...]
    old_women: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    second_men: tuple[str, ...]
    second_women: tuple[str, ...]
    families: tuple[str, ...]
    one_word: float
    home: tuple[str, ...]


def _of(text: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in text.split("|"))


def _districts(text: str) -> tuple[tuple[str, int, float, float], ...]:
    parts = (each.split() for each in text.split("|"))
    return tuple((code, int(count), float(lat), float(lon)) for code, count, lat, lon in parts)


def _folk(*lines: str, one_word: float, home: str, families: str = "") -> Folk:
    old_men, old_women, men, women, second_men, second_women = (tuple(each.split()) for each in lines)
    return Folk(
        old_men, old_women, men, women, second_men, second_women, tuple(families.split()), one_word, tuple(home.split())
    )


_JAKARTA = """
    31.71.02 5 -6.155 106.832|31.71.03 8 -6.162 106.855|31.71.04 6 -6.182 106.845|31.71.07 7 -6.206 106.811|
    31.71.08 4 -6.183 106.857|31.72.01 5 -6.127 106.793|31.72.02 7 -6.133 106.871|31.72.03 6 -6.118 106.911|
    31.72.04 7 -6.123 106.945|31.72.05 3 -6.134 106.840|31.73.01 6 -6.149 106.735|31.73.02 7 -6.164 106.788|
    31.73.03 8 -6.147 106.817|31.73.04 11 -6.147 106.802|31.73.05 7 -6.193 106.770|31.73.06 5 -6.140 106.703|
    31.73.07 6 -6.196 106.797|31.74.01 7 -6.229 106.853|31.74.03 5 -6.247 106.824|31.74.04 7 -6.284 106.844|
    31.74.05 6 -6.249 106.778|31.74.08 6 -6.255 106.845|31.74.09 6 -6.331 106.823|31.74.10 5 -6.258 106.757|
    31.75.01 6 -6.203 106.862|31.75.02 7 -6.191 106.891|31.75.03 8 -6.224 106.881|31.75.04 7 -6.272 106.870|
    31.75.06 7 -6.184 106.943|31.75.07 7 -6.236 106.918|31.75.09 5 -6.328 106.876
"""
_BANDUNG = """
    32.73.01 4 -6.866 107.588|32.73.02 6 -6.885 107.614|32.73.03 6 -6.941 107.580|32.73.04 5 -6.932 107.592|
    32.73.05 6 -6.911 107.580|32.73.06 6 -6.903 107.588|32.73.07 5 -6.889 107.589|32.73.10 6 -6.931 107.602|
    32.73.11 7 -6.938 107.611|32.73.12 8 -6.919 107.633|32.73.13 7 -6.930 107.625|32.73.14 6 -6.899 107.647|
    32.73.15 8 -6.924 107.568|32.73.16 6 -6.925 107.648|32.73.17 6 -6.950 107.598|32.73.20 4 -6.914 107.661|
    32.73.22 4 -6.954 107.655|32.73.26 5 -6.912 107.707
"""
_SURABAYA = """
    35.78.02 5 -7.322 112.741|35.78.03 6 -7.322 112.782|35.78.04 6 -7.301 112.737|35.78.05 5 -7.276 112.737|
    35.78.06 6 -7.275 112.722|35.78.08 6 -7.278 112.753|35.78.09 7 -7.290 112.795|35.78.10 8 -7.250 112.766|
    35.78.11 5 -7.240 112.753|35.78.12 5 -7.228 112.737|35.78.13 5 -7.248 112.730|35.78.14 6 -7.258 112.679|
    35.78.15 5 -7.232 112.724|35.78.16 5 -7.218 112.749|35.78.17 4 -7.222 112.772|35.78.27 6 -7.266 112.700
"""
_MAKASSAR = """
    73.71.01 9 -5.158 119.409|73.71.02 13 -5.161 119.420|73.71.03 14 -5.144 119.425|73.71.05 8 -5.126 119.413|
    73.71.06 12 -5.128 119.425|73.71.07 15 -5.117 119.437|73.71.08 9 -5.115 119.420|73.71.09 11 -5.144 119.444|
    73.71.10 11 -5.185 119.410|73.71.12 9 -5.170 119.487|73.71.13 11 -5.172 119.436|73.71.14 8 -5.118 119.490
"""

CITIES = (
    City(
        "j",
        "Jakarta",
        _districts(_JAKARTA),
        _of(
            """
    Kebon Kacang|Tanah Tinggi|Kramat Pulo|Petojo Utara|Jembatan Besi|Krendang|Kali Anyar|Pekojan|Tanah Sereal|
    Duri Utara|Angke Barat|Kebon Kosong|Utan Panjang|Kampung Rawa|Galur|Kebon Pala|Pisangan Lama|Kayu Manis|
    Pal Meriam|Menteng Atas|Bukit Duri|Kebon Baru|Pejaten Barat|Rawa Belong|Kemandoran|Cidodol|Pedongkelan|
    Rawa Badak|Lagoa|Semper Barat|Warakas|Papanggo|Muara Baru|Kapuk Poglar|Rawa Buaya|Pondok Bambu|Bulak Klender|
    Penggilingan|Condet|Otista|Cipinang Jaya|Prumpung|Kali Baru|Bungur|Percetakan Negara|Mampang|Duren Tiga|
    Lenteng Agung|Srengseng|Kebon Jahe
"""
        ),
        (
            ("betawi", "jawa", "sunda", "madura", "minang", "batak", "tionghoa", "timur", "bugis"),
            (20, 35, 19, 5, 7, 5, 6, 2, 1),
        ),
        0.36,
        _of("""
    Pasar Palmerah|Pasar Gembrong|Pasar Jembatan Lima|Pasar Rawasari|Pasar Cipulir|Pasar Kebon Bawang|Pasar Sunter|
    Pasar Minggu|Pasar Pal Merah|Pasar Klender
"""),
        _of("Pak|Pak|Bang|Mas|Bapak|H.|Pakde|Mang"),
        _of("Bu|Bu|Ibu|Mpok|Mak|Mbak|Hj.|Bude|Bunda|Mama"),
    ),
    City(
        "b",
        "Bandung",
        _districts(_BANDUNG),
        _of(
            """
    Sekeloa|Cisitu|Tubagus Ismail|Pagarsih|Babakan Tarogong|Kopo|Cibaduyut|Sukahaji|Cijerah|Holis|Maleber|Ciroyom|
    Kebon Kopi|Pajajaran|Sukagalih|Cibogo|Pasteur|Nyengseret|Astana Anyar|Moh. Toha|Ciateul|Binong Jati|
    Gatot Subroto|Cikutra|Padasuka|Cicaheum|Sukapada|Jamika|Babakan Irigasi|Kiaracondong|Babakan Sari|Cidurian|
    Terusan Jakarta|Ciwastra|Margacinta|Ujung Berung|Cigending|Cibangkong|Maskumambang|Karasak|Cigereleng|
    Situ Aksan|Leuwipanjang
"""
        ),
        (("sunda", "jawa", "minang", "tionghoa", "batak", "madura", "timur"), (72, 13, 4, 5, 3, 2, 1)),
        0.25,
        _of("""
    Pasar Kosambi|Pasar Cihaurgeulis|Pasar Sederhana|Pasar Andir|Pasar Ciroyom|Pasar Kiaracondong|Pasar Ujungberung
"""),
        _of("Pak|Pak|Kang|Mang|Bapak|H.|A|Abah"),
        _of("Bu|Bu|Ibu|Teh|Ceu|Bi|Hj.|Mamah|Ma"),
    ),
    City(
        "s",
        "Surabaya",
        _districts(_SURABAYA),
        _of(
            """
    Kedung Tarukan|Pacar Keling|Petemon|Simo Gunung|Banyu Urip|Kupang Krajan|Pakis Tirtosari|Dukuh Kupang|
    Sidotopo Wetan|Bulak Banteng|Tenggumung|Wonokusumo|Ampel Masjid|Nyamplungan|Kapasari|Kapas Madya|Gembong|
    Tambak Segaran|Ploso|Bronggalan|Karang Gayam|Gubeng Kertajaya|Mojo Klanggru|Jojoran|Menur|Klampis Ngasem|
    Keputih|Nginden|Jagir Sidomukti|Ngagel Rejo|Bendul Merisi|Jemur Wonosari|Kutisari|Rungkut Lor|Kalirungkut|
    Margorukun|Dupak Bangunsari|Tembok Dukuh|Asem Jaya|Genting|Krembangan Baru|Tambak Asri|Manukan|Balongsari|
    Tanjungsari|Putat Jaya|Kedondong
"""
        ),
        (("jawa", "madura", "tionghoa", "arab", "sunda", "timur", "batak", "bugis"), (62, 24, 6, 2, 1, 2, 1, 2)),
        0.30,
        _of("""
    Pasar Pacar Keling|Pasar Pabean|Pasar Wonokromo|Pasar Keputran|Pasar Kapasan|Pasar Tembok|Pasar Asem|
    Pasar Genteng
"""),
        _of("Pak|Pak|Cak|Mas|Bapak|Abah|H.|Gus"),
        _of("Bu|Bu|Ibu|Ning|Mbak|Buk|Hj.|Umi|Mak"),
    ),
    City(
        "m",
        "Makassar",
        _districts(_MAKASSAR),
        _of(
            """
    Kandea|Sunu|Pannampu|Barukang|Tinumbu|Bandang|Cumi-Cumi|Sabutung|Galangan Kapal|Gatot Subroto Baru|Pongtiku|
    Rappokalling|Abubakar Lambogo|Maccini|Kerung-Kerung|Bara-Baraya|Muh. Yamin Baru|Veteran Utara|Onta Lama|
    Rajawali|Nuri|Cendrawasih|Dangko|Tanjung Alang|Baji Gau|Baji Ateka|Dg. Tata|Mallengkeri|Manuruki|Andi Tonro|
    Mannuruki|Sultan Alauddin|Pelita Raya|Rappocini Raya|Faisal|Toddopuli|Borong Raya|Antang Raya|Bitoa|Tamangapa|
    Abdullah Dg. Sirua|Sukaria|Pampang|Urip Sumoharjo|Perintis Kemerdekaan|Sahabat|Politeknik|Teuku Umar|
    Korban 40000 Jiwa
"""
        ),
        (("bugis", "jawa", "tionghoa", "timur", "madura", "minang", "batak"), (78, 9, 5, 5, 1, 1, 1)),
        0.24,
        _of("""
    Pasar Terong|Pasar Pannampu|Pasar Pa'baeng-baeng|Pasar Maricaya|Pasar Sambung Jawa|Pasar Toddopuli|Pasar Kalimbu
"""),
        _of("Pak|Dg.|Daeng|H.|Bapak|Dg.|Puang|Bapak"),
        _of("Bu|Dg.|Daeng|Hj.|Ibu|Mama|Mama|Hj.|Puang"),
    ),
)

FOLK = {
    "betawi": _folk(
        """
    Madali Sanusi Naman Mursalih Marzuki Saaman Rojali Sobari Minggu Mahmud Jayadi Muhasim Syarifudin Nawawi Asmat
""",
        "Rohaya Maemunah Saodah Mariam Nemi Hindun Zubaedah Sopiah Asnah Masnah Rohimah Namih Saanih Romlah Fatimah",
        "Muhammad Ahmad Abdul Fauzi Rizki Ahmad Achmad Syaiful Rahmat Dedi Hendra Irfan Andi Maulana Firman Yusuf",
        "Siti Nur Sri Fitri Neneng Nuraini Lia Dewi Rina Eka Yuli Nurlaela Ida Susi Ria Mulyati",
        """
    Hidayat Rahman Fadillah Ramadhan Yusuf Hakim Mulyadi Syahputra Hamid Sanusi Ridwan Firdaus Maulana Gofur Rojak
""",
        """
    Aminah Nurjanah Maryam Hasanah Fadilah Rohmah Handayani Lestari Khodijah Aisyah Maesaroh Mulyani Zahra Julaeha
""",
        one_word=0.32,
        home="31.74 31.75 31.73 32.16 32.76",
    ),
    "jawa": _folk(
        """
    Sugeng Slamet Suparman Suyono Sutarno Sukirno Wagiman Ngatimin Tukiman Kasno Sutrisno Mulyono Supriyadi Sunarto
    Sugiyanto Ponidi Sukamto Warsito Mujiono Darmaji Rasidi Tarjono Sapari Samsuri Karsono Tasripin Casmadi Waryono
""",
        """
    Suparmi Sumiati Sutini Painem Tukinem Suminah Sutarmi Suwarti Sukarti Kasmi Ngatmi Ponirah Tuminah Warsini
    Rukiyah Tarwiyah Supriyati Sundari Sulastri Casmi Tarmi Rohanah Kusmiati Jumiati Partini Mujiati Sulikah Siti
    Sri
""",
        """
    Agus Eko Dwi Tri Andi Budi Hendra Joko Arif Dedi Rudi Heri Wahyu Nur Bayu Adi Rizki Dimas Fajar Galih Teguh
    Irfan Doni Wawan Anton Imam Muhammad Ahmad Khoirul Nanang Didik Yudi Mochamad Bambang
""",
        """
    Dewi Rina Yuli Ani Eni Nur Dwi Tri Wiwik Endang Siti Ratna Indah Ika Novi Fitri Rini Ayu Dian Retno Puji Anik
    Erna Maya Mega Diah Sri Lilik Umi Heni
""",
        """
    Setiawan Prasetyo Santoso Wibowo Purwanto Susanto Nugroho Saputra Hidayat Riyanto Kurniawan Utomo Cahyono
    Hartono Siswanto Haryanto Mulyadi Saputro Pratama Purnomo Fauzi Efendi
""",
        """
    Lestari Wahyuni Rahayu Handayani Astuti Susanti Rahmawati Ningsih Setyowati Wulandari Kurniasih Hidayati
    Khasanah Fatimah Aminah Utami Purwanti Yulianti Widiastuti Anggraini Safitri Mulyani
""",
        one_word=0.30,
        home="33.28 33.29 33.12 33.27 35.24 35.15 35.25 33.05 33.14 34.02 35.16 33.26",
    ),
    "sunda": _folk(
        """
    Asep Ujang Dadang Cecep Entis Koswara Endang Maman Ade Oman Tatang Uus Ating Engkus Juhana Rukmana Sutisna
    Nanang
""",
        "Entin Iis Eti Aan Cucu Enok Titi Icah Ai Imas Tati Oneng Rukmini Kokom Euis Mimin Nani Enung Aisah Yoyoh",
        """
    Asep Agus Dede Deden Rizal Yayan Dian Ridwan Hendi Iwan Rian Cecep Ahmad Muhamad Gilang Rudi Ujang Ari Dani
    Wahyu
""",
        "Neng Ai Rina Yanti Lilis Siti Iis Nia Euis Dewi Yeni Elis Neni Tita Wulan Rani Sri Ima Resti Teti",
        """
    Suryana Hidayat Sutisna Kurnia Permana Rohman Ruhiyat Mulyana Kusnadi Setiawan Gunawan Sopandi Nugraha Ramdani
    Saepudin
""",
        """
    Rohaeti Nurhayati Kartika Sumiati Komariah Maryati Nuraeni Sulastri Permatasari Rostika Kurniasih Suryani
    Jubaedah Sumarni
""",
        one_word=0.16,
        home="32.05 32.06 32.08 32.04 32.11 32.03 32.10 32.17 32.07",
    ),
    "madura": _folk(
        """
    Moh. Matnur Buasan Sadili Musleh Hosen Mat Marsuki Tohir Abd. Misnadi Hannan Durahman Sahri Mustofa Juhari
    Subaidi
""",
        """
    Sumiyati Maimunah Hotijah Satuni Musyarofah Siti Jumiah Sari Marhamah Busiyah Hamidah Hosniyah Rumsiyah Muniri
""",
        """
    Moh. Ach. Abdul Fathor Hairul Syaiful Mohammad Ahmad Sudi Imam Khoirul Hosni Zainal Ainur Rofiki Holil Faisol
""",
        """
    Siti Nur Hosnol Faiqotul Uswatun Lailatul Sofiyah Kholifah Nurul Wardatul Ummi Rofiqoh Sulis Zainab Khotijah
""",
        "Rosi Hasan Rahman Anam Bahri Arifin Rofiq Hannan Wafi Alim Razak Ghofur Rosyid Umam Jamal Fadli Qodir",
        "Hotimah Jannah Hasanah Aini Hidayah Rohmah Fitriyah Maghfiroh Munawaroh Kamilah Aisyah Imamah",
        one_word=0.42,
        home="35.26 35.26 35.27 35.27 35.28 35.29 35.29",
    ),
    "minang": _folk(
        "Syafrizal Zulkifli Amrizal Bustami Nasrul Yusrizal Syahrial Erizal Djamaris Mawardi Ramli Asril Anwar",
        "Nurbaiti Yusnidar Ernawati Zubaidah Rosmanidar Syamsinar Asmawati Nurhayati Yarnis Rosna Murni Gusniarti",
        "Hendri Rahmat Afrizal Deni Riko Yogi Ade Romi Dodi Andri Zulfahmi Fajri Rio Jefri Ilham",
        "Yosi Rini Desi Elvi Gusti Novia Mira Silvia Weni Fitra Rahmi Suci Yulia Mutia Dian",
        "Putra Chaniago Saputra Piliang Koto Jambak Efendi Rusli Yusuf Hidayat Guci Sikumbang",
        "Susanti Yanti Oktavia Putri Sari Nengsih Yulianti Marlina Fitri Deswita",
        one_word=0.34,
        home="13.05 13.06 13.02 13.04 13.07 13.71",
    ),
    "batak": _folk(
        """
    Parlindungan Saut Jonner Tumpal Marojahan Edison Hotman Monang Robinson Jamal
""",
        """
    Rosmauli Tiurma Lamria Nurmala Rospita Tiolina Dormauli Rotua
""",
        """
    Jhon Ronald Hendra Dedi Roy Benny Andreas Daniel Ferdinand
""",
        """
    Christina Maria Dewi Rina Melva Juliana Sarma Yohana
""",
        "Parulian Halomoan Martua Putra",
        "Uli Magdalena Tiurma",
        one_word=0.0,
        home="12.06 12.02 12.12 12.17 12.71",
        families="""
    Simanjuntak Siregar Sihombing Manurung Sinaga Hutapea Panjaitan Simbolon Nainggolan Lubis
""",
    ),
    "tionghoa": _folk(
        """
    Tjoa Lim Tan Oei Liem Kwee Tjandra Hadi Rudy Djohan Herman
""",
        "Lie Tan Giok Mei Lanny Lily Tjoe Elly Swanny Ng",
        """
    Hendra Andi Rudi Ferry Kevin Steven Hartono Wijaya Eddy Johan Albert William
""",
        """
    Lina Meliana Susan Fenny Yenny Melissa Jessica Vivi Linda Sherly
""",
        "Sioe Tjong Boen Tjhin Hok Gunawan Kusuma Wijaya Santoso",
        "Hoa Nio Lan Kusuma Wijaya Susanti",
        one_word=0.08,
        home="31.73 35.78 32.73 73.71 61.71 19.01",
        families="""
    Wijaya Gunawan Tanuwijaya Halim Susanto Chandra Setiawan Lesmana Hartono Kosasih Salim
""",
    ),
    "timur": _folk(
        "Yohanes Petrus Markus Benyamin Paulus Yosef",
        "Maria Yuliana Martha Agustina Margaretha Yosefina",
        "Yohanis Kristian Stefanus Ronald Alfrets Daud Melki",
        "Maria Elisabeth Yuliana Kristina Debora Novita Selvi",
        "Rante Pala Tandi Allo Bura",
        "Rante Sampe Lai' Bunga",
        one_word=0.05,
        home="73.18 73.26 53.71 53.09 81.71",
        families="""
    Palinggi Tandi Rantelino Wenur Latuheru Bere Nahak Patandung Kala'lembang Sambolinggi
""",
    ),
    "arab": _folk(
        "Salim Abdullah Umar Faruk Hasan Ali",
        "Fatimah Aisyah Zahra Syarifah Lubna Khadijah",
        "Husein Ahmad Faisal Hamid Anis Ali",
        "Nur Alwiyah Syifa Zainab Fadilah Laila",
        "Umar Salim Hasan Ali",
        "Zahra Salim Alwi Amirah",
        one_word=0.1,
        home="35.78 35.78 35.25",
        families="""
    Bawazier Alhabsyi Baswedan Basyaib Assegaf Alkatiri Bahasuan
""",
    ),
    "bugis": _folk(
        """
    Abd. Muh. Baharuddin Syamsuddin Hasanuddin Nurdin Ambo Mappiasse Kaharuddin Jufri Sangkala Basri Bakri
    Saharuddin Rabasang
""",
        """
    Sitti St. Hasnah Nurhayati Hasmawati Rosmiati Suriani Nurlia Rabiah Jumriah Saripa Halijah Sanneng Bollo
    Hatijah
""",
        """
    Muh. Muhammad Andi Irwan Rusdi Syahrul Asrul Akbar Fadli Rahmat Herman Ilham Arman Sudirman Rizal Anwar Ismail
    Nasrullah
""",
        """
    Nur Sitti Andi St. Hasni Rahma Sri Irma Nurul Mirna Ayu Fitri Rosdiana Marlina Herlina Kasmi Asriani
    Salmiah Hajrah
""",
        """
    Rahman Yusuf Ridwan Tahir Rauf Asri Aksa Amin Gani Saleh Idris Kadir Latif Haris Arsyad Hamzah Hasan Hamka Ramli
""",
        "Hasanah Aisyah Rahmi Wahyuni Aminah Hikmah Jannah Fatimah Amalia Ramlah Halimah Indah Hidayah Dahlia Norma",
        one_word=0.30,
        home="73.06 73.08 73.05 73.13 73.04 73.09 73.02 73.15",
    ),
}
DAENG = _of("""
    Ngai|Sewang|Tayang|Nai|Rewa|Sikki|Kanang|Ngugi|Lira|Bau|Sangnging|Tarring|Nassa|Gassing|Kebo|Tino|Baji|Memang|
    Caya|Tonji|Ngawing|Bollo|Sompa|Situju
""")
CHILDREN = _of("""
    Azka|Naufal|Rafa|Caca|Rara|Nabila|Fatir|Keysha|Alif|Zahra|Aira|Dika|Bintang|Raffi|Nazwa|Aqila|Arka|Putri|Salsa|
    Rehan|Kenzo|Adit|Icha|Sifa
""")
LANDMARKS = _of("""
    depan Alfamart|samping Indomaret|belakang masjid|dekat musholla|samping pos RW|depan SDN|dekat rel|pinggir kali|
    seberang Pertamina|depan gapura|samping warnet|dekat pos ronda|pertigaan|dekat lapangan|depan puskesmas|
    samping kantor lurah|dekat jembatan|depan stasiun
""")
GANGS = {
    "j": _of("""
    Gg. Mushola|Gg. Masjid|Gg. H. Sanusi|Gg. Buntu|Gg. Mawar|Gg. Melati|Gg. Kelinci|Gg. Madrasah|Gg. Haji Jian|
    Gg. Sawo|Gg. Swadaya|Gg. Macan|Gg. Pancoran|Gg. Seha|Gg. Lontar|Gg. Damai
"""),
    "b": _of("""
    Gg. H. Kurdi|Gg. Masjid|Gg. Siti Mariah|Gg. Pa Oyo|Gg. Sukamaju|Gg. Mukalmi|Gg. Bapa Enoh|Gg. Maleer|
    Gg. Cempaka|Gg. Manunggal|Gg. Sereh|Gg. Pabrik|Gg. Sasmita|Gg. Ibu Aisah|Gg. Parasdi
"""),
    "s": _of("Gg. Buntu|Gg. Makam|Gg. Masjid|Gg. Lebar|Gg. Langgar|Gg. Pasar"),
    "m": _of("Lr. Mesjid|Lr. Pelita|Lr. Harapan|Setapak|Lr. Damai|Lr. Sejahtera"),
}
