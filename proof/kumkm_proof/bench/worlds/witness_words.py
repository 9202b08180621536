"""Names, trades and places of East Java and West Nusa Tenggara, and how often the hands ask."""

from typing import NamedTuple

# code, centre, people (Javanese, Madurese, Sasak, Bima), and T for a town
REGENCIES = """
35.05 -8.10 112.22 J,35.07 -8.13 112.57 J,35.09 -8.17 113.70 JM,35.10 -8.30 114.22 J,35.12 -7.72 114.01 M
35.13 -7.80 113.33 MJ,35.15 -7.45 112.70 J,35.17 -7.55 112.23 J,35.22 -7.19 111.88 J,35.24 -7.12 112.37 J
35.26 -7.04 112.84 M,35.28 -7.11 113.48 M,35.29 -7.00 113.83 M,35.73 -7.97 112.63 JT,35.78 -7.28 112.74 JMT
52.01 -8.66 116.10 S,52.02 -8.70 116.28 S,52.03 -8.63 116.53 S,52.04 -8.51 117.40 B,52.06 -8.56 118.66 B
52.71 -8.59 116.11 SJT""".strip().replace("\n", ",")
MEN = {
    "J": "Sutrisno Suparman Slamet Sugeng Mulyono Supriyadi Agus Budi Eko Joko Hariyanto Sunarto Bambang Wahyu Dwi "
    "Yudi Sukarno Sujarwo Suyitno Katiman Paijan Ngatemin Wagiman Teguh Rudi Arif Andi Imam Mujiono Purnomo Sugiarto",
    "M": "Moh. Abd. Misnawi Sunaryo Busiri Mattali Saleh Jumadi Hosnan Sahrawi Musleh Junaidi Fathorrahman Marsuki "
    "Tohir Samsul Imam Buhari Sahri Zainal Muzakki Hasan Subairi Atmawi Rahem Durahman Suhri Mashudi",
    "S": "Lalu Muhammad Sahnun Sapi'i Muhsin Mahsun Sahdan Nasrudin Jumahir Kamarudin Saparudin Haerudin Amrullah "
    "Samsudin Ramli Zulkarnaen Muhlis Marzuki Herman Suhaili Ahyar Mustiadi Sabarudin Rusdi Mahyudin Inawati Junaidi",
    "B": "Ibrahim Ismail Ahmad Ruslan Syamsuddin Arsyad Jafar Abubakar Muhammad Hasanuddin Sahrul Mansyur Yasin "
    "Usman Junaidin Nurdin Burhan Adnan Iskandar Arifin Suharto Taufik Khairuddin Syarifuddin",
}
WOMEN = {
    "J": "Sri Siti Sulastri Sumiati Suharti Endang Tutik Kasmiati Wiwik Yuliati Ngatini Ponirah Sunarti Rini Dewi "
    "Eni Lilik Umi Sulistyowati Kartini Supatmi Nur Anik Suyati Parti Mujiati Dwi Indah Tumini Painem Lestari",
    "M": "Siti Maimunah Hasanah Sutiyah Misnari Musrifah Nur Jumaati Rahma Suhriyah Holifah Sittina Marwiyah "
    "Hosniyah Subaidah Faridah Tolak Rukmini Buna'i Zainab Mutmainnah Latifah Kutsiyah Aisyah",
    "S": "Baiq Siti Sahnim Mahnep Nurhayati Hadijah Rohani Nur Maknah Saknah Jumasih Zohriah Muslihah Raehan Sumiati "
    "Rukyah Nuraini Mariani Inaq Patimah Hurniati Martini Sarah",
    "B": "Siti Sarafiah Nurhayati St. Hafsah Rosdiana Fatimah Suharni Maryam Juhaeda Nurjanah Salmah Sumarni Asiah "
    "Hadijah Kalisom Nuraini Mastura Rahmatiah Sri Suryani Aminah Jubaidah",
}
SECONDS = {
    "J": "Wahyudi Santoso Setiawan Prasetyo Wibowo Rahayu Wati Utami Handayani Purwanto Hidayat Cahyono Susilo "
    "Widodo Kurniawan Yanto",
    "M": "Rahman Halim Rofiq Saiful Bahri Hadi Wardi Ali Hasan Rasid Aziz Holis Kholil Mukarromah Hasanah",
    "S": "Hamdi Wirawan Jayadi Hasan Azhar Putra Ariadi Fitriani Hidayati Hayati Hardi Sanusi Husni",
    "B": "H.Ahmad Abdullah Hasan Jamaludin Umar Ramadhan Fitriah Hamzah Landa Yusuf Talib Abidin",
}
# right KBLI | codes that others choose | what is said | products | signs | sales in millions | share of women | place
TRADES = """
47112|47192,47249,47111|jual sembako;toko kelontong;warung pracangan;kios|sembako;beras;rokok|Toko,Kios|70|.66|shop
56102|56101,56103,56210|warung nasi;rumah makan;nasi campur;lalapan|nasi campur;pecel;lalapan|Warung,Depot|85|.7|shop
56103|56104,56102,56101|warung bakso;bakso dan mie ayam;kedai bakso|bakso;mie ayam|Bakso,Warung|90|.35|shop
56104|56103,56306,56102|jual gorengan keliling;pedagang cilok;pentol keliling|gorengan;cilok;pentol|-|36|.4|mobile
56303|56304,56102|warung kopi;kedai kopi;warkop wifi|kopi, es teh;kopi hitam|Warkop,Kedai|60|.35|shop
10391|10793,47244,10392|pembuatan tempe;industri tempe;produksi tempe kedelai|tempe;tempe kedelai|UD|95|.4|house
10794|10793,47249,10799|pembuatan keripik;kripik singkong;industri kerupuk|keripik;kerupuk;kripik pisang|UD|55|.75|house
10792|10710,47242,56210|membuat kue basah;jajanan pasar;kue pesanan|kue basah;jajan pasar;kue lapis|Kue|40|.93|house
08930|10774,46339|petani garam;tambak garam;garam rakyat|garam;garam krosok|-|60|.2|field
13122|13121,14111,32909|tenun ikat;penenun kain songket;tenun gedogan|kain tenun;songket;sarung tenun|Tenun|34|.92|house
13134|14111,13133,47511|pembatik;batik tulis;industri batik|batik tulis;kain batik|Batik|65|.75|house
14120|14111,95299,13929|penjahit;jahit pakaian;tailor;vermak jeans|jasa jahit;baju pesanan|Penjahit,Modiste|38|.68|house
16292|16291,32909,16299|anyaman pandan;anyaman bambu;kerajinan anyaman|anyaman;tikar;besek|-|24|.8|house
31001|16221,47591|mebel kayu;tukang kayu pembuatan lemari;meubel|lemari;kursi, meja;kusen|Mebel,UD|140|.05|workshop
45407|45201,45406,45403|bengkel sepeda motor;servis motor;tambal ban|servis motor;oli;tambal ban|Bengkel|75|.03|shop
96111|96112,96200|pangkas rambut;potong rambut;barbershop|potong rambut|Pangkas|42|.03|shop
96112|96111,47724|salon;salon kecantikan;rias pengantin|rias;potong rambut dan rebonding|Salon|50|.93|house
96200|96112,95299|laundry kiloan;jasa cuci setrika;londri|cuci setrika|Laundry|60|.7|shop
47711|47712,47822,46411|jual pakaian;toko baju;dagang konveksi|baju;pakaian jadi;kerudung|Toko,Butik|110|.75|stall
47213|47813,47212,46313|jual sayur;pedagang sayuran;mlijo;bakul sayur|sayur;sayur, tempe;bumbu|-|58|.82|stall
47215|47815,47245,46324|jual ikan;pedagang ikan laut;bakul ikan pindang|ikan laut;ikan pindang;ikan asin|-|72|.7|stall
47414|61994,47413,47112|konter pulsa;jual pulsa dan aksesoris;counter HP|pulsa;pulsa, kartu data|Cell,Konter|80|.35|shop
47772|47112,46610|pangkalan LPG;jual gas elpiji dan galon|LPG 3 kg;gas, air galon|Pangkalan,UD|180|.4|shop
47528|47521,47524|toko bangunan;jual bahan bangunan|semen, pasir;bahan bangunan|UD,Toko|420|.2|shop
01461|01462,01463,46205|ternak ayam potong;peternak ayam broiler;kandang ayam|ayam broiler;ayam|-|260|.1|field
01150|46204,01119|petani tembakau;tanam tembakau|tembakau rajangan;tembakau|-|50|.1|field
"""
CRAFTS = ("10391", "10794", "13122", "13134", "08930", "16292", "01150", "31001")
SIGNS = "Barokah Berkah Rejeki Jaya Maju Mandiri Lancar Abadi Bintang Amanah Makmur Mulya Cahaya Putra Rizki Lestari"
SIGNS += " Rinjani Madura Mutiara Hidayah Al-Hikmah Al-Amin Bahagia Putri Sakinah Sejahtera Sumber Anugerah"
CHAINS = """56102 Ayam Geprek Sa'i,56102 Nasi Balap Puyung Inaq Esun,56102 Soto Lamongan Cak Har,56103 Bakso Arema
56303 Es Teh Solo,56303 Warkop Giras,56104 Tahu Crispy Mas Bro,47414 Agen BRILink,96111 Pangkas Rambut Madura"""
HAMLETS = {
    "J": "Krajan Sumberejo Karanganyar Ngasinan Sidomulyo Bendo Jatirejo Pandean Tegalrejo Gondang Kauman Wonosari",
    "M": "Duko Laok Temor Berek Tengah Pesisir Pandan Bungkek Gunung Panjalin Lembung Morsongai",
    "S": "Bayan Dasan Baru Montong Gubuk Lauq Daye Timuk Penujak Rimpang Presak Ketangga Sade Tibu",
    "B": "Rasabou Kalate Tolo Oi Foo Dara Nae Lewi Sigi Brang Unter Kuang",
}
STREETS = "Raya,Diponegoro,Masjid,Pasar,Pahlawan,KH Hasyim Asyari,Melati,Mawar,Ahmad Yani,Gajah Mada,TGH Faisal,Sawo"
FIRST_OF_TWO = ("Moh.", "Abd.", "Lalu", "Baiq", "St.", "Siti", "Muhammad", "Nur")
WAYS = {"Moh.": "Moh.|Moh|M.|Muhammad|Mohammad|Muh.", "Abd.": "Abd.|Abdul|Abd", "Siti": "Siti|St."}
WAYS |= {"Muhammad": WAYS["Moh."], "St.": WAYS["Siti"], "H.Ahmad": "H. Ahmad|Ahmad"}
OLD = (("tj", "c"), ("oe", "u"), ("dj", "j"), ("j", "y"))
EARS = "dh d,q k,ph f,sh s,sy s,f p,z j,dd d,yo io,th t,ai ae,kh h,u o,iy i,' "
# What one hand asks, by its habit: of enumerators, then of lists.
ASKS = """nik .05 .5 .75 .9 .95|.3 .8 .95,phone .3 .65 .8 .9|.3 .65 .8,birth .1 .6 .85 .95|0 .1 .6,nib .2 .6 .85|.5 .8
sign .45 .8 .95|.45 .8 .95,full .5 .75 .9 .97|.95,kbli .06 .15 .35|.2 .45,old .01 .03 .08|.01 .03
point .75 .95 .99|0 .4,street .03 .1 .3|.1,money .3 .8 .95|.4,workers .5 .85 .98|.4
hamlet .15 .4 .7|.15 .4,school .1 .7 .95|.1,year .4 .85 .97|.4"""


class Trade(NamedTuple):
    """What a business does, and how people put it."""

    code: str
    wrong: list[str]
    said: list[str]
    products: list[str]
    prefixes: list[str]
    sales: float
    women: float
    place: str


def trade_of(line: str) -> Trade:
    code, wrong, said, products, prefixes, sales, women, place = line.split("|")
    lists = (wrong.split(","), said.split(";"), products.split(";"), prefixes.strip("-").split(","))
    return Trade(code, *lists, float(sales), float(women), place)


BY_CODE = {line[:5]: trade_of(line) for line in TRADES.strip().splitlines()}
FREQUENT = {"47112": 24, "56102": 9, "56104": 5, "56103": 4, "56303": 4}
OF_WOMEN = [FREQUENT.get(each.code, 2) * each.women for each in BY_CODE.values()]
OF_MEN = [FREQUENT.get(each.code, 2) * (1 - each.women) for each in BY_CODE.values()]
