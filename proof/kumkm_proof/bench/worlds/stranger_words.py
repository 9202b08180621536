"""Names, activities, streets and villages of Kotawaringin Timur."""

from dataclasses import dataclass

# Names of men | of women | what follows them, with the place of the first NIK.
PEOPLES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "banjar": (
        """Ahmad Rahmadi Syahrani Rusli Hamdani Masrani Fahriansyah Yamani Supian Juhrani Syahrudin Abdul+Hadi
        Abdul+Rahman Muhammad+Noor Muhammad+Arifin Busra Anang Jumberi Hairani Aidil Kaspul Mahyuni Bahrudin
        Gazali Sarwani Idrus Asmuni""",
        """Norhayati Norlaila Siti+Aisyah Siti+Rahmah Rusmawati Jumiati Salasiah Masniah Arbainah Hamidah Rabiatul
        Mastora Nurhasanah Noraini Fatmawati Mariatul Jamilah Rusdiana Hairiah Salmah Khadijah Maimunah Saniah
        Norjanah""",
        "- - - Rahman Effendi Noor Hidayat Fauzi Ramadhan Anwar Wahyuni Adawiyah Fitriani Hasanah Kurnia",
        ("620205", "620206", "620208", "630304", "630805", "630703"),
    ),
    "dayak": (
        """Untung Dehen Yansen Hendrik Sius Rantau Markus Yohanis Elias Tiar Herman Jonathan Suan Dagon Kornelis
        Lewi""",
        "Yanti Rusine Mariane Elisae Norlela Lusiana Ester Kristina Helpi Rensi Yulita Dewi Marlina Tinen",
        "Sahay Dohong Nahan Usop Tingang Penyang Rangan Mihing Kunum Tupak Jaga Jinu Lampang Sawung Gara Asang",
        ("620203", "620204", "620210", "620606"),
    ),
    "java": (
        """Suparno Sugeng Jumadi Cipto Slamet Wagiman Sutrisno Supriyadi Sukarjo Joko Mulyono Bejo Tukiman Paimin
        Sarjono Suyatno Agus Eko Budi Teguh Yatno Ngatimin Sunaryo Kusnadi Wahyu Sujarwo Poniman Misran""",
        """Suwarni Sri Sulastri Tumini Painem Sumarsih Wagiyem Jumirah Suyati Endang Yuni Lestari Ngatini Sutinah
        Siti Juminten Sukesi Kartini Rubiyah Wiwik Supriyati Tukinem Rini Suparmi""",
        """- - - - Santoso Widodo Susanto Prasetyo Utomo Cahyono Wijayanto Rahayu Wahyuni Astuti Mulyani Purwanti
        Hartono""",
        ("351005", "352112", "331408", "340203", "620206", "620209", "330911"),
    ),
    "madura": (
        """Holil Matsuri Misnadi Hosnan Rofii Mursid Sahuri Jumali Marsuki Muhammad+Toha Abdul+Gani Buhari Nawawi
        Sukri""",
        "Marhamah Sumiyati Hosnia Maryam Rumyati Siti+Romlah Musrifah Buniyah Sutija Hotimah Munawaroh",
        "- - - - Hasan Ali Fauzan Saleh Rohman Jannah",
        ("352703", "352601", "352910", "620205"),
    ),
    "bali": (
        "I+Wayan I+Made I+Nyoman I+Ketut",
        "Ni+Wayan Ni+Made Ni+Nyoman Ni+Ketut",
        "Sudarta Suweca Wirawan Astawa Sukerti Widiani Suartini Karma Budiasa Mertayasa Sukarya",
        ("510806", "510304", "620209"),
    ),
    "flores": (
        "Yohanes Petrus Dominikus Fransiskus Agustinus Kanisius Stefanus Marselinus Blasius",
        "Maria Theresia Yuliana Agnes Kristina Rosalia Veronika Margareta",
        "Kedang Ola Tukan Bere Lamak Nahak Seran Kopong Hurint Gede Dasilva",
        ("530608", "531302", "530405"),
    ),
    "china": (
        "Hendra Acin Aseng Rudi Tomi Budiman Johan Akiong",
        "Lina Aling Meliana Yenni Susi Afui",
        "Wijaya Gunawan Halim Tanoto Cahyadi Liem Tjoa Kusuma",
        ("620206", "617102"),
    ),
}
# Which peoples live where, by weight. The share of women among owners is the same everywhere.
LIVE = {
    "town": "banjar banjar banjar banjar java java java madura dayak china",
    "market": "banjar banjar banjar banjar madura madura java china",
    "river": "banjar banjar banjar dayak dayak dayak java",
    "settlement": "java java java java bali madura banjar",
    "estate": "java java flores flores banjar dayak",
}


@dataclass(frozen=True)
class Activity:
    said: list[str]
    products: list[str]
    codes: list[str]
    signs: list[str]
    sales: float  # millions a year
    where: str
    place: str


def _activities() -> list[Activity]:
    """Said | products | KBLI, as people choose it | words on the sign | millions | where (t m r s e) | place."""
    rows = """
jual sembako,warung kelontong,kios bahan pokok|beras,gula,minyak goreng,mie instan,rokok|\
47112 47112 47192 47241|Toko,Warung,Kios|140|tttrrrsssseee|shop
jual sayur,pedagang sayuran,eceran sayur mayur|bayam,cabe,tomat,kangkung|47213 47813 47219|Sayur|70|mmmmtrse|stall
jual ikan segar,pedagang ikan,ikan basah eceran|ikan nila,ikan patin,udang,ikan gabus|47215 47815|Ikan|110|mmmmtr|stall
jual ayam potong,pedagang daging ayam|ayam potong,ceker ayam|47214 47814|Ayam Potong|190|mmmts|stall
jual pakaian,toko baju,pedagang pakaian jadi|baju anak,jilbab,celana,daster|47711 47832|\
Toko Busana,Butik,Fashion|130|mmmmt|stall
jual buah,pedagang buah buahan|semangka,jeruk,salak,pisang|47212 47812|Kios Buah|90|mmtts|stall
warung makan,rumah makan,jual nasi dan lauk|nasi campur,ikan bakar,soto banjar,ayam lalapan|56102 56102 56103|\
RM,Warung,Depot|150|tttmrrse|shop
jual bakso,warung bakso dan mie ayam|bakso,mie ayam|56103 56102 56104|Bakso,Pentol|95|ttmrsse|roadside
jual gorengan,pedagang kue keliling,jajanan|pisang goreng,tahu isi,pentol|56104 56103 10792|Gorengan|45|ttmrsse|\
roadside
warung kopi,kedai minuman,warung malam|kopi,teh es,mie instan|56304 56303 56103|Warkop,Kedai Kopi|60|tttmrrse|home
jual es teh,minuman kekinian,kedai minuman dingin|es teh,jus buah,kopi susu|56304 56306 56303|Es Teh,Kedai|50|\
tttms|roadside
bikin kue,pembuatan kue basah,terima pesanan kue|kue bingka,amparan tatak,bolu,wadai|10792 10710 47242|\
Kue,Dapur|42|tttrrs|home
keripik singkong,industri kerupuk,pembuatan keripik|keripik singkong,kerupuk ikan,rempeyek|10794 47249|Keripik|\
38|trrss|home
pembuatan tahu tempe,industri tempe|tempe,tahu|10391 10392 47244|Tempe|85|tsss|home
bengkel motor,servis sepeda motor,reparasi motor|ganti oli,servis motor,tambal ban|45407 45407 45406|\
Bengkel,Motor|95|ttrrsssee|shop
tambal ban,bengkel tambal ban|tambal ban,ban dalam|45407 45201|Tambal Ban|32|ttrse|roadside
jahit pakaian,penjahit,taylor|jahit baju,permak,seragam sekolah|14120 14111 95291|Penjahit,Tailor|36|ttmrs|home
pangkas rambut,tukang cukur|cukur rambut|96111 96112|Pangkas Rambut,Barber|34|ttmrse|shop
salon kecantikan,rias pengantin|potong rambut,rias pengantin,rebonding|96112 96111|Salon|48|tttrs|home
cuci pakaian,laundry kiloan,jasa binatu|laundry kiloan,cuci karpet|96200|Laundry|55|ttttse|shop
jual pulsa,konter hp,kios ponsel|pulsa,kartu perdana,voucher data,aksesoris hp|61994 47414 47192|Cell,Konter|\
120|tttmrrssee|shop
agen brilink,transfer dan tarik tunai,agen bank|transfer,tarik tunai,bayar listrik|66199 61994|BRILink,Agen|60|\
ttrrsse|shop
isi ulang air minum,depot air galon|air galon|11052 47222|Depot Air|64|tttrrse|shop
jual bensin eceran,pertamini,jual bbm|pertalite,bensin,solar|47892 47112|Pertamini|115|trrrssee|roadside
pangkalan gas elpiji,jual gas lpg|gas 3 kg|47772 47112|Pangkalan Gas|160|ttrs|shop
mebel kayu,pembuatan lemari,tukang meubel|lemari,kusen,pintu,meja|31001 16221|Meubel|130|ttrs|home
bengkel las,las besi,teralis dan pagar|pagar,teralis,kanopi|25111|Bengkel Las|140|ttrs|shop
batako,cetak batako dan paving|batako,paving|23951 23911|Batako|88|trs|field
kebun sawit,petani kelapa sawit,kebun plasma|tandan buah segar,tbs|01262|Kebun|58|rrrsssssssss|field
kebun karet,penyadap karet|karet,getah karet|01291 02301|Kebun|26|rrrrs|field
pengumpul sawit,tengkulak tbs,peron sawit|tbs,brondolan|46202 46209|Peron,RAM|900|rsse|field
sarang walet,budidaya burung walet|sarang walet|01497|Walet|170|ttrrr|field
nelayan sungai,tangkap ikan,cari ikan|ikan gabus,ikan baung,udang|03121|Nelayan|30|rrrr|field
keramba ikan,budidaya ikan nila|ikan nila,ikan patin|03223 03229|Keramba|48|rrs|field
ternak ayam,ayam pedaging,kandang ayam|ayam broiler,ayam kampung|01461 01464|Kandang|125|trsss|field
ternak sapi,ternak kambing|sapi,kambing|01411 01442|Ternak|40|sssr|field
anyaman rotan,kerajinan rotan|tikar,keranjang,lanjung|16291|Kerajinan|22|rrrt|home
ojek,ojek pangkalan,antar barang|antar penumpang,antar barang|49424 49431|Ojek|28|ttmse|mobile
kelotok,angkutan sungai,taksi air|sewa kelotok,antar penumpang|50212 50213|Kelotok|36|rrrt|mobile
angkutan barang,sewa pick up,angkut tbs|angkut sawit,angkut pasir|49431 77100|Angkutan|150|trss|mobile
sewa kamar kost,rumah kos,barakan sewa|sewa kamar,barakan|55900 68111|Kost|48|ttte|home
fotokopi,jual atk dan cetak foto|fotokopi,print,alat tulis|82190 18111|Fotocopy|75|ttts|shop
toko bangunan,jual bahan bangunan|semen,pasir,cat,paku|47524 47521|TB,Toko Bangunan|750|ttrs|shop
"""
    made = []
    for row in rows.strip().splitlines():
        said, products, codes, signs, sales, where, place = row.split("|")
        lists = (said.split(","), products.split(","), codes.split(), signs.split(","))
        made.append(Activity(*lists, float(sales), where, place))
    return made


_ACTIVITIES = _activities()
_LETTER = {"town": "t", "market": "m", "river": "r", "settlement": "s", "estate": "e"}
BY_PLACE = {kind: [a for a in _ACTIVITIES for _ in range(a.where.count(letter))] for kind, letter in _LETTER.items()}
STREETS = (
    "Jl. Jend. Ahmad Yani,Jl. MT Haryono,Jl. HM Arsyad,Jl. Tjilik Riwut,Jl. Pelita,Jl. Kapten Mulyono,Jl. Iskandar,"
    "Jl. Cristopel Mihing,Jl. Muchran Ali,Jl. Sukabumi,Jl. Walter Condrad,Jl. Baamang Tengah,Gg. Seroja,Gg. Rambutan,"
    "Jl. Pramuka,Jl. Gatot Subroto,Jl. Wengga Metropolitan,Jl. Cut Nyak Dien,Jl. Suprapto,Jl. Samekto,Gg. Melati"
).split(",")
PLACES = (  # of villages
    "Bapeang Bagendang Pelangsian Camba Palangan Simpur Hanjalipan Luwuk Patai Jemaras Rubung Sungai+Paring Cempaka "
    "Terantang Ganepo Parebok Basirih Samuda Jaya+Karet Sebamban Bapinang Babirah Penyang Tanah+Putih Sebabi Pantap "
    "Tangkarobah Kabuau Parenggean Karang+Sari Mekar+Jaya Sumber+Makmur Bukit+Harapan Tumbang+Sangai "
    "Tumbang+Mujam Kuala+Kuayan Keruing Beringin+Tunggal "
    "Sapiri Barunang"
).split()
GOOD = (
    "Berkah,Barokah,Rezeki,Jaya,Makmur,Sejahtera,Mandiri,Bersama,Harapan,Cahaya,Mentaya,Sampit,Maju,Lestari,Sederhana"
)
BRANDS = "Es Teh Jumbo,Rocket Chicken,Teh Poci,Agen BRILink,Pertashop,Kebab Turki Baba Rafi,Ayam Geprek Juragan".split(
    ","
)
CHILDREN = (
    "Rani Aulia Dewi Rizky Nabila Fajar Putri Dimas Salsa Bima Zahra Ilham Intan Rafi Tiara Yoga Naila Raihan".split()
)
# What units of a cooperative do.
UNITS = {
    "Simpan Pinjam": Activity(
        ["simpan pinjam", "usaha simpan pinjam anggota"],
        ["pinjaman", "tabungan"],
        ["64141"],
        ["KSP"],
        800,
        "",
        "office",
    ),
    "Waserda": Activity(
        ["toko waserda", "warung serba ada"],
        ["beras", "pupuk", "minyak goreng"],
        ["47112", "47192"],
        ["Waserda"],
        400,
        "",
        "shop",
    ),
    "Plasma": Activity(
        ["kebun plasma", "kelola kebun sawit anggota"],
        ["tbs", "pupuk"],
        ["01262", "46202"],
        ["KUD"],
        5000,
        "",
        "office",
    ),
}
