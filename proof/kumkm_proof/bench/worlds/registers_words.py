"""What the world of registers is made of: its words, its trades, and each thing as it really is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

# People, district, its centre and its name
DISTRICTS = """
minang|13.71.09|-0.9080|100.3930|Kuranji        /malay|14.71.08|0.4700|101.3800|Tampan
minang|13.71.03|-0.9480|100.3560|Padang Barat   /malay|14.71.05|0.5360|101.4370|Senapelan
minang|13.71.11|-0.8480|100.3330|Koto Tangah    /malay|14.71.06|0.5870|101.4300|Rumbai
minang|13.75.01|-0.3060|100.3670|Guguak Panjang /malay|14.01.01|0.3400|101.0260|Bangkinang
minang|13.06.02|-0.3180|100.0220|Lubuk Basung   /malay|14.03.01|1.4700|102.1100|Bengkalis
minang|13.04.05|-0.4710|100.5860|Lima Kaum      /malay|14.72.01|1.6750|101.4450|Dumai Barat
bali|51.71.01|-8.6930|115.2350|Denpasar Selatan /java|33.72.01|-7.5640|110.7930|Laweyan
bali|51.71.04|-8.6330|115.2120|Denpasar Utara   /java|33.72.05|-7.5460|110.8180|Banjarsari
bali|51.03.02|-8.5560|115.1720|Mengwi           /java|33.74.10|-7.0480|110.4660|Tembalang
bali|51.04.05|-8.5070|115.2630|Ubud             /java|33.10.10|-7.6930|110.6350|Ceper
bali|51.08.06|-8.1170|115.0900|Buleleng         /java|33.19.02|-6.8080|110.8350|Kota
bali|51.02.05|-8.5420|115.1250|Tabanan          /java|33.75.01|-6.8890|109.6600|Pekalongan Barat"""

# Of each people: first names, last names, how one is called, lucky names of shops, villages, hamlets, streets
WORDS = """
minang men|Afrizal Syafrizal Yusrizal Zulkifli Masrizal Nofrizal Zainal Rusdi Asril Syamsuar Erman Edison Darlis Jufri
minang men|Hendri Dasril Ermansyah Syahrul Irwandi Bustami Marlis Zulfahmi Rinaldi Basri Buchari Syafruddin Muhammad
minang women|Yulinar Rosmaini Nurhayati Desmawati Ermawati Gusnimar Syafnidar Rahmi Fitriyeni Elvi Yusnidar Zulhelmi
minang women|Nurbaiti Asnimar Ramadani Yeni Mardiana Jasmaniar Syamsinar Warni Rostina Eliza Dahniar Nelwati Murni Sri
minang last|Chaniago Koto Piliang Tanjung Sikumbang Guci Jambak Putra Efendi Hidayat Rahman Anwar
minang wlast|Yanti Wati Sari Roza Susanti Fitri Hayati Koto Tanjung Chaniago Murni Dewi
minang lucky|Takana_Juo Sederhana Simpang_Raya Salero_Bundo Ampera Pagi_Sore Lamak Minang_Saiyo Bundo_Kanduang Rang_Awak
minang village|Koto_Baru Kampung_Dalam Gunung_Sarik Pasar_Ambacang Balai_Gadang Tarok_Dipo Sungai_Sapih Lubuk_Lintah
minang hamlet|Koto_Gadang Balai_Ahad Sawah_Liek Parak_Karambia Kubu Simpang_Ampek Surau_Gadang Pincuran_Tujuah
minang street|Sudirman Bagindo_Aziz_Chan Imam_Bonjol By_Pass Raya_Koto_Baru Proklamasi Hamka Simpang_Tarandam Perintis
minang said|Uda Uni Ajo Etek Jorong
malay men|Zulkarnain Fauzi Azhar Syahrul Ramli Jalil Razali Herman Idrus Jamaluddin Hamzah Khairuddin Muhammad Abdul
malay men|Syarifuddin Rusli Bakhtiar Yusuf Ismail Burhan Tarmizi Junaidi Azman Kamaruddin Zakaria Suryadi Bambang
malay women|Nurlela Rohani Zaleha Salmah Asmah Khairani Latifah Hasnah Zubaidah Siti Nurhasanah Rosnah Juriah Maimunah
malay women|Faridah Mariani Syarifah Yusnita Erlina Rabiah Sri Yuliana Ernawati Jumiati Suriani Kartini Fatimah Nur
malay last|Saputra Hidayat Rahman Effendi Siregar Nasution Syah Karim Wahab Aziz Hasibuan
malay wlast|Wati Yanti Sari Hasanah Aini Siregar Dewi Lestari Hayati
malay lucky|Lancang_Kuning Bertuah Mutiara Berkah Sri_Melayu Bunga_Tanjung Sejahtera Selera_Kampung Amanah Tuah_Negeri
malay village|Sukajadi Kampung_Baru Simpang_Baru Sungai_Alam Tanjung_Batu Rumbai_Bukit Pangkalan_Sesai Kelapa_Pati
malay hamlet|Sukamaju Parit_Satu Parit_Dua Bina_Karya Simpang_Tiga Tanjung_Sari Makmur Mekar
malay street|Hang_Tuah Sudirman Riau Tuanku_Tambusai Sultan_Syarif_Kasim Melur Garuda_Sakti Antara Lintas_Timur
malay said|Bang Kak Pak_Long Mak_Cik Dusun
bali men|Sudarma Suarjana Astawa Arta Suastika Sukerta Widana Mudra Adnyana Budiasa Karya Suparta Sudiana Wirawan Yasa
bali men|Artawan Mahardika Sugiarta Suweca Merta Sutama Darmawan Suwitra Parwata Kertayasa Wijaya Sujana Rai Oka
bali women|Suryani Ariani Sukerti Widiani Suasti Sulastri Murniati Kertiasih Sukarini Astuti Puspawati Rusmini Sudiani
bali women|Yuliantari Wati Mariani Suartini Darmini Juniari Sutariasih Rai Asih Ratnawati Candri
bali last|Putra Yasa Wijaya Saputra Adnyana Arta Suputra
bali wlast|Dewi Lestari Yanti Antari Asih Sari
bali lucky|Merta_Sari Amerta Dewi_Sri Suka_Duka Bali_Asri Sari_Dewata Padma Artha_Jaya Jegeg Werdhi
bali village|Sesetan Peguyangan Kapal Peliatan Batuan Kaliuntu Delod_Peken Singapadu Sidakarya Lodtunduh Mas Gulingan
bali hamlet|Tegal Kaja Kelod Tengah Dukuh Pande Gunung Kangin Batanancak Suwung
bali street|Raya_Ubud Gatot_Subroto Hanoman Raya_Sesetan Kebo_Iwa Pulau_Moyo Ahmad_Yani Raya_Kapal Diponegoro
bali said|Pak Bu Bli Mbok Br.
java men|Sutrisno Suparman Ngatiman Slamet Sugiyono Suwarno Tukiman Wagimin Sukarjo Hardjono Sucipto Joko Agus Eko Budi
java men|Muhammad Ahmad Dwi Tri Bambang Heru Supriyadi Mulyono Wahyudi Sunarto Parjiyo Yusuf Nur Khoirul Rudi Sarjono
java women|Sumarni Wagiyem Tukinem Sutinah Sri Dwi Endang Siti Nur Ngatinah Parjiyem Suharti Lestari Wahyuni Sulastri
java women|Rukmini Yuliati Tri Kusmiyati Sugiyanti Marsiyah Eni Mujiyati Juminten Sudarti Rahayu Kasmirah
java last|Setiawan Prasetyo Santoso Widodo Nugroho Susilo Wibowo Anam Hidayat Riyanto Purnomo Cahyono
java wlast|Wahyuni Lestari Rahayu Handayani Astuti Wulandari Aminah Hidayah Purwanti Ningsih Utami
java lucky|Barokah Sumber_Rejeki Berkah Lestari Maju_Jaya Mugi_Lancar Sido_Mukti Laris Tiga_Putra Sekar_Arum
java village|Pajang Sondakan Kedungmundu Jambu_Kulon Kauman Sokanegara Demaan Mantingan Medono Bener Sumber Karanganom
java hamlet|Krajan Ngemplak Karangasem Tegalsari Sidorejo Kebonan Pandean Gebang Jetis Kalongan
java street|Slamet_Riyadi Ahmad_Yani Diponegoro Dr._Radjiman Pemuda Mayor_Kusmanto Raya_Tahunan Gajah_Mada
java said|Pak Bu Mas Mbak Dk.
caste last|I_Gusti_Ngurah Ida_Bagus Anak_Agung_Gede I_Dewa_Gede Cokorda_Gede
caste wlast|I_Gusti_Ayu Ida_Ayu Anak_Agung_Istri Desak_Made Cokorda_Istri
any franchise|Es_Teh_Jumbo_Nusantara Sabana_Fried_Chicken Teh_Poci Kebab_Baba_Rafi Martabak_Mini_Ayu
any agent|bantuizin jasanib oss.kilat legalitasumkm klinikusaha urusnib
any unit|Waserda,47112,toko_serba_ada,sembako Unit_Simpan_Pinjam,64141,simpan_pinjam,pinjaman
any short|Wayan,Wyn.,Wy.,W. Made,Md. Nyoman,Nym.,Nyn. Ketut,Kt. Putu,Pt. Gede,Gd. Kadek,Kd. Komang,Km. Gusti,Gst.
any short|Bagus,Bgs. Muhammad,M.,Moh.,Muh.,Mhd. Abdul,Abd. Siti,St.,Sitti Nur,Noer Ahmad,Ach.,Akhmad Luh,Lh.
any spelt|u,oe j,dj y,j c,tj sy,s f,p z,s kh,h dd,d ff,f dh,d iy,i ai,ei v,f ya,ia ch,c ni,nie oe,u dj,j tj,c ie,i ei,ai
"""
KOPERASI = {
    "KUD": "Koperasi Unit Desa",
    "KSP": "Koperasi Simpan Pinjam",
    "KSU": "Koperasi Serba Usaha",
    "KPRI": "Koperasi Pegawai Republik Indonesia",
    "KSPPS": "Koperasi Simpan Pinjam Pembiayaan Syariah",
}
BORN = (("Wayan", "Putu", "Gede"), ("Made", "Kadek", "Nengah"), ("Nyoman", "Komang"), ("Ketut",))
ASKS = {
    "nik": (0.93, 0.85, 0.6, 0.25),
    "nib": (0.8, 0.5, 0.1),
    "birth": (0.95, 0.85, 0.4),
    "sales": (0.95, 0.85, 0.1),
    "workers": (0.95, 0.9, 0.3),
    "phone": (0.9, 0.75, 0.4),
    "capital": (0.8, 0.5, 0.0),
    "year": (0.95, 0.85, 0.5),
    "rt": (0.95, 0.7, 0.1),
    "trade": (0.95, 0.8, 0.5),
    "products": (0.9, 0.4),
    "school": (0.9, 0.6, 0.0),
}

# Who has it | KBLI at the door | KBLI of an agent | sales in millions | f food, m market, w weight | in a licence
# How it is said | what it sells | what stands on the sign
TRADES = """
minang malay bali java|47112 47192 47249 47111|47111 47112 47911|180|mwww|Perdagangan Eceran Utamanya Makanan
jual kebutuhan harian,warung kelontong,kedai harian,toko sembako|beras,gula,minyak goreng,rokok,telur|Warung,Toko,Kedai
minang malay java|56102 56103 56101|56101 56102 56210|220|fww|Rumah/Warung Makan
rumah makan,jual nasi,warung makan,nasi ramas|nasi rendang,nasi bungkus,ayam pop,gulai ikan,soto|RM,Rumah Makan,Warung
bali|56102 56103 56104|56101 56102|200|fww|Restoran
warung nasi,babi guling,warung makan,jual nasi campur|nasi campur,babi guling,ayam betutu,lawar,sate lilit|Warung
minang malay bali java|56103 56104 56102|56103 10799 56290|90|fmww|Kedai Makanan
jual gorengan,jual jajanan,kedai sarapan,jual bakso|gorengan,bakso,mie ayam,lontong,bubur ayam,sate|Bakso,Kedai,Sate
minang malay bali java|56303 56304 56306|56303 10761 56304|110|fw|Rumah Minum/Kafe
kedai kopi,warung kopi,jual minuman,kafe|kopi susu,teh talua,es teh,jus buah,es kelapa|Kopi,Kedai Kopi,Kafe,Es
minang malay java|10794 10799 47249|10794 10799 47245|85|fww|Industri Kerupuk, Keripik, Peyek dan Sejenisnya
membuat keripik,usaha keripik singkong,produksi kerupuk|keripik singkong,keripik balado,rakik,peyek|Keripik,Kripik
minang malay bali java|10710 10792 47242|10710 10792 56290|95|fww|Industri Produk Roti dan Kue
membuat kue,usaha roti dan kue,kue basah,kue pesanan|kue basah,bolu,donat,roti,brownies,jaja,kue kering|Kue,Roti,Dapur
java malay minang|10391 10392 47244|10391 10392|130|fw|Industri Tempe Kedelai
membuat tempe,produksi tahu,pengrajin tempe,pabrik tahu|tempe,tahu putih,tahu goreng,tempe daun|Tempe,Tahu,UD
minang malay bali java|11052 47222 36001|11051 11052|100|w|Industri Air Minum Isi Ulang
depot air minum,isi ulang galon,air galon|air isi ulang,galon,air minum|Depot Air,Depot,Air Minum
malay minang java bali|47215 47815 10211|47215 03111 10211|120|fmw|Perdagangan Eceran Hasil Perikanan
jual ikan,ikan segar,jual ikan asin,pedagang ikan|ikan laut,ikan asin,ikan salai,udang,lele|UD,Ikan
minang malay bali java|47213 47813 47212|47213 46319|95|mww|Perdagangan Eceran Sayuran
jual sayur,pedagang sayur,jual cabe dan bawang,sayur dan bumbu|sayur,cabai,bawang,tomat,bumbu,buah|Sayur,UD
minang malay bali java|47711 47832 47712|47711 47912 46412|160|mww|Perdagangan Eceran Pakaian
jual pakaian,toko baju,baju dan jilbab,pedagang konveksi|baju,jilbab,celana,daster,kebaya|Toko,Butik,Busana,Kios
minang malay bali java|14120 14111 13912|14111 14120|75|mw|Penjahitan dan Pembuatan Pakaian Sesuai Pesanan
menjahit,penjahit pakaian,tukang jahit,konveksi|baju,seragam,kebaya,permak,gorden|Penjahit,Modiste,Konveksi,Taylor
java|13134 47711 14111|13134 46411 47711|210|mww|Industri Batik
batik,membuat batik,batik cap dan tulis,jual batik|kain batik,batik cap,batik tulis,daster,kemeja|Batik,Griya Batik
bali minang malay|13122 13121 13912|13121 13122 47511|110|w|Industri Kain Tenun Ikat
tenun,menenun songket,kain tenun,pengrajin endek|songket,endek,kain tenun,selendang,sarung|Tenun,Songket,Pertenunan
bali|32909 47739 32903|32903 47739|60|mww|Industri Pengolahan Lainnya
membuat canang,jual sarana upacara,banten,jual canang|canang,banten,dupa,bunga,porosan|Canang,Banten,Sarana Upakara
bali java|16293 31001 47781|16293 47781|190|w|Industri Kerajinan Ukiran dari Kayu
ukiran kayu,kerajinan kayu,pematung,souvenir|patung,ukiran,topeng,souvenir,relief|Ukiran,Art Shop,Galeri,UD
java malay|31001 31009 47591|31001 47591|320|w|Industri Furnitur dari Kayu
meubel,mebel kayu jati,membuat lemari,pengrajin mebel|meja,kursi,lemari,kusen,pintu,dipan|Mebel,Meubel,Jati,UD
bali|55130 55199 55900|55130 55110 68111|260|w|Pondok Wisata
homestay,sewa kamar,pondok wisata,penginapan|kamar,sewa kamar,sarapan|Homestay,Pondok,Guest House
minang malay bali java|45407 45406 45405|45407 45406|140|ww|Reparasi dan Perawatan Sepeda Motor
bengkel motor,servis motor,tambal ban,bengkel|servis,ganti oli,ban,spare part|Bengkel,Motor,Bengkel Motor
minang malay bali java|96200|96200|85|w|Aktivitas Penatu
laundry,cuci pakaian,laundri kiloan|cuci setrika,kiloan,bed cover|Laundry,Londri
minang malay bali java|96111 96112|96112 96111|70|w|Aktivitas Salon Kecantikan
salon,pangkas rambut,potong rambut,salon kecantikan|potong rambut,creambath,rias,cukur|Salon,Pangkas,Barbershop
minang malay bali java|47414 95120 47877|47414 47411|150|mw|Perdagangan Eceran Alat Telekomunikasi
jual pulsa,konter hp,servis hp,counter pulsa|pulsa,hp,aksesoris,token listrik|Cell,Counter,Ponsel
minang malay bali java|47528 47529 47521|47528 47524|650|w|Perdagangan Eceran Berbagai Macam Material Bangunan
toko bangunan,jual material,bahan bangunan|semen,pasir,cat,pipa,keramik|TB,Toko Bangunan,UD
malay|46202 01262 49431|46202 01262|900|w|Perdagangan Besar Buah Yang Mengandung Minyak
pengumpul sawit,jual beli sawit,toke sawit,peron|sawit,tbs,buah sawit|UD,RAM,Peron
java minang malay|21022 47723 47843|21022 47723|70|fmw|Industri Produk Obat Tradisional Untuk Manusia
jamu,jual jamu,jamu gendong,obat herbal|jamu,beras kencur,kunyit asam,minyak urut|Jamu,Herbal"""


class Trade(NamedTuple):
    """An activity: who has it, its codes at the door and of an agent, and how it is said."""

    peoples: list[str]
    door: list[str]
    licence: list[str]
    sales: float
    flags: str
    formal: str
    said: list[str]
    goods: list[str]
    signs: list[str]


class Spot(NamedTuple):
    """A place as it is, and the words for it."""

    village: int
    latitude: float
    longitude: float
    street: str
    number: str
    hamlet: str
    rt: int
    rw: int
    stall: str = ""
    beside: int = -1  # the other village, at a boundary


@dataclass
class Person:
    """An owner, or the chair of a cooperative."""

    id: int
    people: str
    words: list[str]
    title: str
    female: bool
    born: date
    nik: str
    phone: str
    home: Spot
    spouse: "Person | None" = None


@dataclass
class Business:
    """A business as it really is; `whose` is the label of its owner."""

    id: int
    owner: Person
    whose: int
    trade: Trade
    spot: Spot
    sign: str
    legal: str
    nib: str
    since: int
    sales: float
    workers: int
    goods: list[str]
    cooperative: str = ""


@dataclass
class Enumerator:
    """Somebody with a tablet, whose habits last a campaign."""

    asks: dict[str, float]
    points: str
    copies: float
    slips: float
    fills: str  # a phone for those who have none
    last: Spot | None = None


@dataclass
class Village:
    """A village, its neighbours in the same district, and who is known there."""

    code: str
    people: str
    district: str
    name: str
    at: tuple[float, float]
    market: tuple[float, float] | None
    office: str
    beside: list[int]
    enumerators: list[Enumerator]
    businesses: list[Business] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)


class Draft(NamedTuple):
    """A row before it is made sure that no number stands twice."""

    source: str
    business: Business
    kbli: str
    village: int
    answers: dict[str, Any]
    point: tuple[float, float] | None
