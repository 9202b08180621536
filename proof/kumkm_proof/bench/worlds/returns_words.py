"""Names, trades, places and spellings of the world of returns."""

from typing import NamedTuple


class People(NamedTuple):
    """First and second names, titles and how one calls somebody, of each sex; share of one-word names."""

    male: list[list[str]]
    female: list[list[str]]
    one_word: float


def _people(text: str) -> People:
    parts = [each.split() for each in text.split("/")]
    return People(parts[0:8:2], parts[1:8:2], float(parts[8][0]))


PALEMBANG = _people("""Muhammad Ahmad Abdul Yusuf Zulkifli Usman Hasan Husin Syarif Iskandar Fauzi Herman Rusli Sahrul
Amin Darwis Zainal Firman Mahmud Cikwan Hamzah Romli / Fatimah Rohani Nurhayati Zubaidah Maryam Yulia Leni Eka Rosmala
Susi Hartati Rusmini Masayu Halimah Romlah Cekna Zuraida / Effendi Rahman Abidin Iskandar Saputra Umar Bakri Anwar
Hidayat Kurniawan Syah Roni Toha / Dewi Sari Wati Agustina Ningsih Oktavia Yanti / Kms. Kgs. Mgs. R. H. / Nys. Nyayu
Msy. Hj. R.A. / Cek / Cek / 0.28""")
JAVA = _people("""Sutarjo Suparman Wagiman Sugeng Slamet Paijo Tukiran Ngatimin Sumarno Suyanto Mulyono Joko Bambang
Agus Budi Eko Widodo Sujarwo Tugimin Sunaryo Poniman Sukardi / Sutini Tumini Ngatinah Wagiyem Sri Siti Suparmi Sulastri
Endang Tri Dwi Sumiyati Juminten Poniyem Sutarmi Painah Warsini / Santoso Susilo Riyanto Setiawan Wibowo Prasetyo
Purnomo Nugroho Hartono Utomo / Wahyuni Lestari Handayani Rahayu Astuti Wulandari Utami Mulyani Aminah Ningsih / H. Mbah
Ki R. / Hj. Mbah / PakDe / Mbak / 0.52""")
LAMPUNG = _people("""Ahmad Zainudin Hendra Alamsyah Ibrahim Ridwan Rusdi Mat Herwan Sopian Hermansyah Yahya Tamimi
Johansyah Rozali Baheram Khaidir Marzuki Fadli Basri Saleh / Rosdiana Nurbaiti Yuliana Maimunah Helmawati Masnah Siti
Rukiah Erna Yusnida Mardiana Hayati Zainab Lismaini Nurlela Rohaya Evi / Gunawan Effendi Saputra Yusuf Hasan Putra Alam
Syah Sanjaya / Sari Wati Yanti Dewi Puspita Melinda Aini / H. Hi. Tuan Ir. / Hj. Hj. Ibu / Udo / Atu / 0.33""")
BANTEN = _people("""Asep Ujang Ade Dadang Sarmin Jaenudin Suhaemi Sahroni Rohmat Marjuki Samsudin Embay Madrais Entus
Muhamad Saepudin Hasanudin Sanusi Juhri Mulyadi Aceng Endin / Eneng Iis Enah Rohayati Sumiyati Jubaedah Sarnah Yayah
Ipah Siti Ratu Mariyam Suhaeti Nani Masitoh Uun Tuti / Hidayat Supriatna Fathoni Sobari Mubarok Gunawan Permana Firdaus
/ Hasanah Komalasari Nurjanah Mulyati Fauziah Marlina Jamilah / Tb. H. KH. Ust. / Hj. Rt. Hj. / Mang / Teh / 0.48""")
BANJAR = _people("""Muhammad Ahmad Abdul Syahrani Rahmadi Jainudin Hamidhan Arbain Syamsudin Masrani Kursani Asmuni
Juhrani Bahrudin Anang Rusdiansyah Gazali Fahriadi Hairudin Kasful Mahyuni Yusransyah / Siti Aluh Galuh Norhayati
Rusmini Fatimah Norlaila Mariatul Rahmah Masniah Jumiati Raudah Mastora Hamsiah Salmiah Noor Arbayah / Rahman Anwar
Fikri Noor Hidayat Arsyad Ridhani Aini Hafiz Rifani / Kiftiah Jannah Hasanah Hidayah Aulia Wati Maulida / H. Gt. Guru
Ant. / Hj. Gt. Ant. Hj. / Amang / Acil / 0.44""")
ACEH = _people("""Muhammad Ibrahim Ismail Abdullah Zulkifli Nurdin Hasballah Husaini Razali Mukhtar Jafar Saifuddin
Rusli Fauzan Iskandar Sulaiman Bukhari Marzuki Idris Amiruddin Azhari Syukri / Nuraini Rosnidar Mariani Nurhayati
Khairunnisa Fitriani Ainsyah Safiah Maulidar Cut Nurjannah Aisyah Ramlah Hafsah Zainabon Mutia Salbiah / Yusuf Daud
Hasan Yahya Amin Hanafiah Syah Ali Usman Fahmi Rizal / Dewi Meutia Wati Husna Sari Rahmah Idris Yusuf / T. Tgk. H. Said
Tgk. / Cut Syarifah Hj. Pocut / Bang / Kak / 0.40""")
PEOPLES = {"P": PALEMBANG, "J": JAVA, "L": LAMPUNG, "B": BANTEN, "K": BANJAR, "A": ACEH}


class Line(NamedTuple):
    """What a business does: codes from production to trade, how people say it, goods, words of signs, sales in
    millions a year, kind of place, provinces (all if empty), and how often."""

    codes: list[str]
    says: list[str]
    goods: list[str]
    signs: list[str]
    sales: float
    place: str
    where: list[str]
    often: int


def _line(text: str) -> Line:
    codes, says, goods, signs, (sales,), (place,), where, (often,) = (each.split("|") for each in text.split(";"))
    return Line(codes, says, goods, signs, float(sales), place, where, int(often))


_LINES = """
47112|47192;warung sembako|toko kelontong|jual sembako;beras|gula|mi instan|rokok|telur;Warung|Toko;70;home;;30
56102|56103|56101;warung makan|warung nasi|jual nasi dan lauk;nasi campur|pecel lele|nasi uduk|soto;Warung;95;shop;;10
56103|56102|56104;jual bakso|bakso dan mie ayam|bakso keliling;bakso|mie ayam|es teh;Bakso|Mie Ayam;85;street;;6
10792|47242|56103;membuat kue basah|jual gorengan|kue pasar;gorengan|risoles|lemper|donat|pastel;Kue|Gorengan;34;home;;8
14120|14111|47711;jahit pakaian|penjahit|konveksi;baju|seragam|permak|kebaya;Penjahit|Tailor|Konveksi;30;home;;6
45407|45406;bengkel motor|servis motor|tambal ban dan oli;servis motor|oli|ban|suku cadang;Bengkel|Motor;80;shop;;7
96112|47724;salon kecantikan|salon dan kosmetik|rias;potong rambut|rias|kosmetik;Salon|Rias;40;shop;;3
11052|47222;depot air isi ulang|air galon;air galon|isi ulang|gas elpiji;Depot Air|Depot;65;shop;;4
47414|61999|95120;jual pulsa|konter hp|servis hp;pulsa|kartu perdana|paket data|servis hp;Cell|Konter;110;shop;;6
31001|47591;membuat mebel kayu|tukang kayu|jual lemari;lemari|kursi|pintu|kusen;Mebel|Meubel;120;workshop;;3
10391|47243;membuat tempe|jual tempe;tempe|oncom;Tempe;75;home;;3
23921|47528;membuat batu bata|cetak bata merah;batu bata|bata merah;Bata;60;workshop;;3
47813|47213;jual sayur|pedagang sayuran;sayur|cabai|bawang|tomat;Sayur|Lapak;60;market;;8
47815|47215;jual ikan|pedagang ikan segar;ikan nila|ikan laut|udang|ikan lele;Ikan|Lapak;90;market;;6
47711|47823;jual pakaian|toko baju;baju|celana|jilbab|daster;Toko|Butik|Fashion;120;market;;7
10750|56102|47249;membuat pempek|jual pempek|produksi pempek ikan;pempek|model|tekwan|cuko;Pempek;90;home;16;12
10794|47249;membuat kemplang|kerupuk ikan|jual kerupuk;kemplang|kerupuk ikan|getas;Kemplang|Kerupuk;60;home;16|18;7
13121|47511|47711;menenun songket|kain songket|jual songket;songket|selendang|jumputan;Songket|Tenun;90;home;16;5
10794|47249;membuat keripik pisang|jual keripik;keripik pisang|keripik singkong|opak;Keripik;60;home;18;8
13912|47511|47711;menyulam tapis|kerajinan tapis;tapis|selempang|kopiah tapis|tas;Tapis|Galeri;50;home;18;4
10761|47243|01270;kopi bubuk|menggiling kopi|jual kopi;kopi bubuk|kopi robusta;Kopi|Kopi Bubuk;80;home;11|16|18;5
10794|10799|47249;membuat emping melinjo|jual emping;emping|ceplis|melinjo;Emping;40;home;36;8
10722|47243;membuat gula aren|gula semut|penyadap aren;gula aren|gula semut;Gula Aren;35;home;36;5
16291|16292|47192;anyaman purun|kerajinan rotan;tikar|bakul|tas purun|topi;Kerajinan|Purun;30;home;63;6
13134|47511|47711;kain sasirangan|membuat sasirangan;sasirangan|baju sasirangan|kain;Sasirangan|Galeri;95;home;63;5
10792|47242;wadai banjar|membuat wadai|jual wadai dan kue;bingka|amparan tatak|apam|cincin;Wadai;45;home;63;7
56303|56304|56103;warung kopi|kedai kopi|jual kopi;kopi saring|sanger|kue|mie;Warkop|Kupi;110;shop;11;10
56103|56102;mie aceh|jual mie dan nasi goreng;mie aceh|nasi goreng|martabak;Mie Aceh|Mie;120;shop;11;5
10211|47215|47815;ikan asin|menjemur ikan;ikan asin|ikan teri|keumamah;Ikan Asin;55;home;11|16|36;4
"""
LINES = [_line(each) for each in _LINES.strip().split("\n")]
SAVINGS = _line("64141|47112;simpan pinjam|simpan pinjam dan waserda;pinjaman|simpanan|sembako;Koperasi;400;shop;;1")
FRANCHISES = {
    "Es Teh Jumbo": _line("56304|56306;jual es teh jumbo;es teh|lemon tea|thai tea;Es Teh;70;street;;1"),
    "Agen BRILink": _line("64121|61999;agen brilink|transfer dan tarik tunai;transfer|tarik tunai;Agen;60;home;;1"),
    "Depot Biru": _line("11052|47222;depot air minum|air isi ulang;air galon;Depot;70;shop;;1"),
    "Sabana Fried Chicken": _line("56103|56104;jual ayam goreng;ayam goreng|kentang;Ayam;110;street;;1"),
}
_BLESSED = "Berkah Barokah Rejeki Maju Mandiri Rahmat Sinar Dua_Saudara Cahaya Mitra Sederhana Usaha_Baru Setia_Kawan"
_BLESSED += " Murah Lestari Amanah Bahagia Sejahtera Family Hidayah Harapan Sumber_Rejeki Maju_Jaya Sinar_Jaya"
BLESSED = [each.replace("_", " ") for each in _BLESSED.split()]
EDUCATION = ("none", "primary", "primary", "junior", "senior", "senior", "senior", "diploma", "bachelor")


class District(NamedTuple):
    """A district: code, middle, peoples by letter, word for a lane, names of villages."""

    code: str
    latitude: str
    longitude: str
    peoples: str
    lane: str
    villages: str


_DISTRICTS = """
16.71.02;-3.012;104.767;PPPPPJ;Lr.;1 Ulu|2 Ulu|3-4 Ulu|5 Ulu|7 Ulu|8 Ulu|15 Ulu
16.71.05;-2.974;104.761;PPPPPJ;Lr.;Kepandean Baru|18 Ilir|16 Ilir|13 Ilir|14 Ilir|17 Ilir|20 Ilir
16.01.14;-4.128;104.172;PPPPJ;Lr.;Baturaja Lama|Sukaraya|Kemalaraja|Tanjung Baru|Air Gading
16.08.04;-4.176;104.632;JJJJP;Dusun;Gumawang|Sidogede|Karang Tengah|Sumber Suko|Harjowinangun
16.07.11;-2.361;104.886;PPPPPJ;Lr.;Sungsang I|Sungsang II|Sungsang III|Marga Sungsang
18.02.05;-4.968;105.213;JJJLL;Dusun;Yukum Jaya|Bandar Jaya|Poncowati|Terbanggi Agung|Karang Endah
18.71.07;-5.433;105.262;LLLJJ;Gg.;Kedaton|Sidodadi|Surabaya|Penengahan|Sukamenanti
18.10.01;-5.358;104.975;JJJL;Dusun;Pringsewu Utara|Podomoro|Bumi Arum|Sidoharjo|Rejosari
36.04.09;-6.107;106.234;BBBBBBJ;Kp.;Ciruas|Ranjeng|Pelawad|Kaserangan|Citerep|Singamerta
36.01.14;-6.304;105.983;B;Kp.;Menes|Purwaraja|Muruy|Alaswangi|Tegalwangi|Kananga
36.02.13;-6.647;106.224;B;Kp.;Leuwidamar|Cisimeut|Bojongmenteng|Sangkanwangi|Lebakparahiang
36.73.01;-6.119;106.152;BBBBBJ;Kp.;Cipare|Kota Baru|Lontar Baru|Serang|Sumur Pecung|Unyur
63.03.05;-3.412;114.851;KKKKKJ;Gg.;Keraton|Jawa|Pasayangan|Murung Keraton|Tanjung Rema|Sekumpul
63.71.01;-3.332;114.612;KKKKKJ;Gg.;Kelayan Barat|Pekauman|Mantuil|Basirih Selatan|Kelayan Timur
63.08.04;-2.423;115.251;K;Gg.;Murung Sari|Palampitan Hulu|Sungai Malang|Antasari|Kebun Sari
11.06.03;5.455;95.402;A;Dusun;Lampuuk|Lambaro|Lam Ilie|Meunasah Krueng|Pantee|Lubok Batee
11.11.04;5.203;96.701;A;Dusun;Meunasah Capa|Pulo Ara|Geudong Geudong|Meunasah Blang|Cot Gapu
11.04.01;4.626;96.848;AAAAJ;Lr.;Takengon Timur|Bale Atu|Kemili|Blang Kolak|Hakim Bale Bujang
"""
DISTRICTS = [District(*each.split(";")) for each in _DISTRICTS.strip().split("\n")]
_STREETS = "Raya|Merdeka|Pasar|Masjid|Sudirman|Lintas|Melati|Kenanga|Pahlawan|Irigasi|Kartini|A. Yani|Sungai|Balai Desa"
STREETS = [f"Jl. {each}" for each in _STREETS.split("|")]
LANES = "Anggrek|Mawar|Cempaka|Damai|Setia|Famili|Tengah|Baru|Ikhlas|Keramat|Sawo|Manggis|Satu|Dua|Tiga".split("|")

# What an enumerator never asks, and how often that is so.
_NEVER_ASKED_TEXT = """nik=0.1 birth=0.13 phone=0.07 year=0.07 sales=0.1 workers=0.08 rt=0.13 trade=0.07 goods=0.12
education=0.15 capital=0.3 sex=0.05 place=0.12 form=0.15"""
# What one hears for what another says.
_HEARD_TEXT = "f=p z=j kh=h sy=s ai=ae dd=d th=t iy=i"
# What neighbours call somebody.
_SHORT_TEXT = """Muhammad=Mamat Muhamad=Amad Abdul=Dul Nurhayati=Yati Norhayati=Yati Ahmad=Mamad Fatimah=Imah Zulkifli=Zul
Iskandar=Is Ibrahim=Brahim Siti=Iti"""
# Other ways to write a name.
_FORMS_TEXT = """Muhammad=M.|Muh.|Moh.|Mohammad|Muhamad|Mhd Muhamad=M.|Moh. Siti=St.|Sitti Abdul=Abd.|Abdoel
Ahmad=Achmad|Akhmad|A. Nurhayati=Nur_Hayati Yusuf=Yusup|Jusuf"""


def _pairs(text: str) -> dict[str, str]:
    return {name: said.replace("_", " ") for name, _, said in (each.partition("=") for each in text.split())}


NEVER_ASKED = {what: float(share) for what, share in _pairs(_NEVER_ASKED_TEXT).items()}
HEARD, SHORT, FORMS = list(_pairs(_HEARD_TEXT).items()), _pairs(_SHORT_TEXT), _pairs(_FORMS_TEXT)
