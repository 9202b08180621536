"""Names, trades, places and signs of the coasts of the east."""

from typing import NamedTuple

# Region as it is today, how its people's NIK begin, latitude, longitude, peoples, districts, share of towns.
_PLACES_TEXT = """
73.05|7305|-5.43|119.42|makassar|3 4 6 9|0.1; 73.10|7310|-4.83|119.50|bugis makassar|1 3 11|0.1;
73.08|7308|-4.55|120.33|bugis|5 9 21 27|0.2; 74.07|7407|-5.33|123.59|buton|1 3 5|0.1; 71.02|7102|1.30|124.91|minahasa|4
7 12|0.2; 71.72|7172|1.44|125.18|minahasa gorontalo|1 3 8|0.8; 71.03|7103|3.57|125.49|minahasa|8 12 15|0.1;
81.71|8171|-3.69|128.18|ambon buton bugis|1 2 4|0.8; 81.01|8101|-3.32|128.93|ambon buton|1 6 14|0.1;
82.71|8271|0.78|127.37|ternate buton bugis|2 3 5|0.7; 52.03|5203|-8.72|116.56|sasak|1 5 12 17|0.2;
52.04|5204|-8.49|117.42|sasak bugis|4 8 20|0.2; 53.06|5306|-8.33|122.98|flores|1 4 11 17|0.1;
53.07|5307|-8.62|122.21|flores buton|2 5 9|0.2; 53.15|5315|-8.50|119.89|flores bugis|1 5 8|0.4;
91.06|9106|-1.18|136.08|papua bugis|1 6 9|0.4; 91.71|9171|-2.55|140.70|papua bugis java|1 3 4|0.8;
96.71|9271|-0.88|131.26|papua ambon bugis java|1 4 6|0.8
"""
# Of each people: men, women, clans (- for none), titles of birth, share of Muslims.
_PEOPLES_TEXT = """
bugis|Syamsuddin Ambo_Tuo Kamaruddin Baso Muh._Arsyad Rusli La_Tola Abd._Rahman Nurdin Beddu Hasanuddin Sudirman
Ambo_Asse Jamaluddin Muh._Yusuf Sultan Amiruddin La_Nyompa Abd._Kadir Suardi Mappeasse Herman Iskandar Bahtiar
Tajuddin|Hasnah I_Besse St._Aminah Nurhayati Indo_Tang Suriani Marhuma St._Hadijah Rosmini Hasmawati Jumriah I_Mase
Nurlaela Kartini Darmawati Rahmatia Sitti_Ara Hamsiah Nuraeni Masyita|- - - - Mallarangeng Pabittei Patongai|Andi|0.99;
makassar|Sampara Abd._Rasyid Bakri Syarifuddin Muh._Ramli Saharuddin Mansyur Baharuddin Sirajuddin Jufri Hamzah
Abd._Haris Tompo Mustari Nasir Rahmat Muh._Said Sangkala Burhan Kaharuddin Juma Idris|Hasniah Sitti_Saerah Rabiah
Halijah Nurbaya Salmah Ramlah St._Nurjannah Rosdiana Kamaria Saneng Hasmia Subaedah Rohani Mantasia Syamsiah
Basse|-|Andi Karaeng|0.99; buton|La_Ode_Hasan La_Ali La_Ode_Muh._Idris La_Hamidi La_Pili La_Saruddin La_Ode_Syarif
La_Djamali La_Maruf La_Kamba La_Ode_Ruslan|Wa_Ode_Siti Wa_Sanna Wa_Ina Wa_Ode_Nurlia Wa_Saadia Wa_Lili Wa_Ode_Harmin
Wa_Nuru Wa_Sarifa Wa_Mina|-|-|0.99; minahasa|Jantje Stenly Johny Ferdinand Jefry Hendrik Rommy Nofry Deddy Vecky Audy
Marthen Refly Donald Denny Max Billy Joutje|Meiske Olvie Fenny Deetje Altje Syultje Youla Femmy Novita Jeane Selvie
Grace Stientje Treisje Vonny Lidya Debby Merry|Wowor Rumambi Lumowa Pangemanan Kaunang Sondakh Mamahit Rondonuwu Supit
Lasut Tulung Wenas Karundeng Mandagi Tumbelaka Walangitan Kalalo Makapedua Takalamingan Bawole|-|0.04; gorontalo|Iwan
Rahman Yusuf Hamid Ismail Arifin Syarifudin Abdullah Rizal Usman|Hadija Fatma Rahmawati Yulan Maryam Hasna Sartin
Zubaeda|Mohamad Lihawa Katili Pakaya Hulopi Djafar Olii Tangahu|-|0.98; ambon|Yopie Jacob Petrus Frejohn Marthinus
Semuel Elias Melkianus Johanis Agustinus Christian Thomas Zeth Pieter Obeth Alex|Welhelmina Costantina Elsye Dominggas
Martha Josina Yuliana Ludya Magdalena Helena Sarlota Ice Femmy Antomina Maria|Pattiasina Leatemia Sahetapy Manuputty
Tomasoa Matulessy Nanlohy Soplanit Wattimena Siahaya Hehanussa Pelupessy Tuhumury Latumahina Salamony Pattinasarany
Luhukay Sopacua|-|0.05; ternate|Abdul_Gani Hamja Ismail Rustam Muhlis Djafar Sahrul Ridwan Ibrahim Nasrun Taufik
Bahrudin Safrudin Hi._Umar|Nurjana Saleha Rukia Sarbanun Maimuna Hadija Nurain Rosna Fatima Jainab Salma Hawa|Albaar
Hamid Umasugi Sangaji Djafar Tuasikal Latuconsina Ohorella Kaimudin Soleman Do_Jafar Kharie|-|0.97; sasak|Sahdan Muhsin
Mahnun Sapoan Zulkifli Sahnun Murdi Saharudin Jumadil Nasrudin Amrullah Kamarudin Ramli Mustiadi Rumenah Sukri Marzuki
Hamdi Mastur Sabarudin Muhamad_Tohri Lukman_Hakim Senun Awaludin|Sapiah Mahyun Nurul_Hidayah Sahnim Rohaniah Mariati
Inah Baiyah Hurniati Saknah Jumenah Sri_Wahyuni Siti_Aisyah Rukiah Zaenab Hafsah Nurhasanah Suriati|-|Lalu/Baiq
Raden/Lale|0.99; flores|Petrus_Kanisius Yohanes_Don_Bosko Fransiskus_Xaverius Kristoforus Aloysius Benediktus Antonius
Stefanus Yosef Blasius Dominikus Paulus Gabriel Anselmus Kornelius Laurensius Siprianus Marselinus Wilhelmus
Ignasius|Maria_Yasinta Theresia Maria_Goreti Yuliana Yustina Margareta Katarina Elisabeth Maria_Fatima Agnes Bernadeta
Kristina Veronika Rosalia Paulina Maria_Magdalena Fransiska Benedikta|Lewar Kelen Tokan Fernandez da_Costa da_Silva
Parera Wara Bhoki Nggadas Jelatu Jehadun Kedang Boli Nong Doni Sabon Pareira|-|0.03; papua|Yohanis Yulianus Marthen
Elias Obeth Alfons Yakobus Beny Lukas Markus Simson Otniel Derek Yesaya Hengki Filep Agus Ruben|Martha Orpa Yosina
Dorkas Mariana Naomi Fransina Yuliana Adolfina Ludia Sarlota Mince Penina Yakomina Rosalina Ester|Rumbiak Mandowen
Wanggai Kafiar Yarangga Rumaropen Rumbewas Mambraku Dimara Korwa Wakum Ayomi Imbiri Ohee Suebu Felle Kogoya Wenda Kambu
Kalami Osok Malibela Hamadi Ireeuw Sroyer|-|0.02; java|Slamet Sutarjo Sugeng Suyatno Budi_Santoso Wahyudi Mulyono
Agus_Susanto Sukarman Supriyadi Karno Eko_Prasetyo|Sumiati Sri_Lestari Siti_Khotimah Partini Suyatmi Endang Sulastri
Wiwik Tutik Ngatinah|-|-|0.95;
"""
# What neighbours call somebody.
_HEARD_TEXT = """
Yohanis=Anis Yulianus=Yul Fransiskus_Xaverius=Frans Petrus_Kanisius=Piet Kristoforus=Kristo Yohanes_Don_Bosko=Bosko
Maria_Yasinta=Sinta Maria_Goreti=Reti Theresia=Tres Aloysius=Lois Benediktus=Beni Margareta=Reta Katarina=Rina
Welhelmina=Mina Costantina=Tin Ferdinand=Nand Dominggas=Minggas Marthinus=Tinus Johanis=Nani Hasanuddin=Hasan
Syamsuddin=Syam Yosina=Yos Kamaruddin=Kama Nurhayati=Nur Saharuddin=Sahar Jamaluddin=Jamal Nurul_Hidayah=Nurul
"""
# Activity | KBLI as enumerators choose | what people say they do | what they sell | signs | where | millions a year
_ACTS_TEXT = """
ikan|03111 03111 03111 47215|nelayan tangkap/penangkapan ikan di laut/melaut|ikan segar/ikan layang/cakalang/ikan
campur|-|boat house|28; dasar|03111 03113 03113|nelayan gurita dan teripang/cari hasil
laut|gurita/teripang/lola/kerang|-|boat house|24; agar|03217 03217 03217 03219|budidaya rumput laut/petani rumput
laut/tali agar-agar|rumput laut kering/agar-agar cottonii/rumput laut|-|house boat|30; asap|10212 10212 47215
10219|pengasapan ikan/jual ikan asar/ikan fufu|ikan asap/cakalang fufu/ikan asar|-|house stall|36; kering|10211 10211
47215|pengeringan ikan/ikan asin|ikan kering/ikan asin/ikan teri|-|house|26; papalele|47215 47815 47991|jual ikan
keliling/papalele ikan/penjual ikan|ikan segar/ikan cakalang/ikan batu|-|stall mobile|40; kopra|10421 01261
10421|pembuatan kopra/petani kelapa/olah kelapa jadi kopra|kopra/kelapa biji/kopra asalan|-|house field|22;
cengkeh|01282 01289|kebun cengkeh/petani cengkeh dan pala|cengkeh kering/pala/fuli|-|field house|30; sayur|47213 47813
47991|jual sayur/pedagang sayuran di pasar|sayur/kangkung/rica tomat/bawang|-|stall mobile|32; buah|47212 47812|jual
buah musiman/pedagang buah|mangga/durian/langsat/pisang|-|stall mobile|26; pinang|47812 47819 47112|jual pinang/pinang
sirih kapur|pinang/sirih/kapur/rokok eceran|-|stall house|20; kue|10792 56104 10710|buat kue/jual kue basah/jajanan|kue
basah/pisang goreng/roti goreng/barongko|Dapur Kue|house mobile|24; es|56304 56104|jual es/minuman dingin/es kelapa
muda|es pisang ijo/es kelapa/es teh|-|mobile stall|22; garam|08930 10774|tambak garam/petani garam|garam
krosok/garam|-|field|18; sopi|11010|masak sopi/penyulingan moke|sopi/moke/arak lokal|-|house|20; tenun|13122
13121|tenun ikat/tenun kain adat|sarung tenun/kain tenun/selendang|Tenun|house|18; babi|01450|ternak babi/pelihara
babi|anak babi/daging babi|-|house field|24; ojek|49424|ojek motor/tukang ojek|jasa ojek/antar penumpang|-|mobile|26;
jonson|50112 50218 50132|ojek laut/perahu penyeberangan/longboat penumpang|antar penumpang/carter perahu|-|boat|40;
kios|47112 47112 47112 47192|kios sembako/jual campuran/warung kelontong/jualan harian|sembako/beras gula kopi/rokok/mi
instan|Kios Toko Warung|house shop|60; makan|56102 56102 56103|warung makan/rumah makan ikan bakar/jual nasi
kuning|ikan bakar/nasi kuning/nasi ikan|RM Warung Depot|shop stall|80; coto|56102 56103|jual coto/warung konro dan
coto|coto/pallubasa/konro|Coto Warung|shop|120; bakso|56104 56103 56102|jual bakso/bakso keliling/mi ayam|bakso/mi
ayam/pentol|Bakso|mobile shop|70; bensin|47302 47301 47112|jual bensin
eceran/pertamini|bensin/pertalite/solar|Pertamini Kios|house shop|90; pulsa|61994 47414 66199|jual pulsa/pulsa dan
token listrik/agen BRILink|pulsa/token listrik/kartu perdana/transfer|Cell Kios|shop house|70; bengkel|45407|bengkel
motor/tambal ban|servis motor/ganti oli/tambal ban|Bengkel|shop house|60; kapal|30111 33151|tukang perahu/pembuatan
perahu fiber|perahu/jolor/perbaikan perahu|-|field house|60; jahit|14120 14111|jahit
pakaian/penjahit|baju/seragam/permak|Penjahit|house shop|30; salon|96112 96111|salon/pangkas rambut|gunting
rambut/rebonding|Salon|shop house|36; mebel|31001 16221|mebel kayu/tukang kayu|lemari/kursi/kusen|Mebel UD|shop
house|80; air|11052|depot air minum isi ulang/air galon|air galon|Depot|shop|70; batako|23953 08104|cetak batako/pasir
dan batako|batako/pasir|UD|field|70; ayam|01461 47214|ayam potong/ternak ayam|ayam potong/telur|-|house field|90;
tambak|03254 03251|tambak udang/empang bandeng|bandeng/udang|-|field|70; pukat|46206 46206 47215|pengepul hasil
laut/beli ikan dan rumput laut|ikan beku/rumput laut/gurita|UD CV|shop|420; bumi|46202 46209 46314|pengepul hasil
bumi/beli kopra cengkeh pala|kopra/cengkeh/kakao|UD CV|shop|500; bangunan|47528|toko bahan
bangunan|semen/seng/paku/cat|TB Toko UD|shop|480; pakaian|47711 47711 47832|jual pakaian/pakaian jadi di
pasar|baju/jilbab/pakaian anak|Toko Butik|stall shop|80; homestay|55130 55120|homestay/penginapan|kamar|Homestay
Penginapan|shop|90; laundry|96200|laundry/cuci pakaian|cuci kiloan|Laundry|shop house|48; sewa|77100 49431|rental
mobil/angkutan barang pickup|sewa mobil/angkut barang|Rental|house|90; kopi|56303|warung kopi/kafe|kopi/pisang
goreng/saraba|Warkop Kafe|shop|75
"""
# What one and the same business does as the wind and the harvest turn.
SEASONAL = """ikan agar kering, ikan jonson kering, agar kios ikan, ikan dasar agar, kopra cengkeh sayur,
kopra cengkeh ikan, papalele asap sayur, pinang sayur buah, kue es buah, ojek sayur buah, garam ikan agar,
sopi kopra babi, tenun kue sayur, papalele pinang buah, ojek kopra babi, ikan bensin kering,
kios es pinang, makan kue es""".split(",")
STEADY = """kios kios kios kios makan makan coto bakso bensin pulsa bengkel kapal jahit salon mebel air batako ayam
tambak pukat bumi bangunan pakaian pakaian homestay laundry sewa kopi kue jonson tenun babi""".split()
STALLS = "papalele,papalele asap,sayur,sayur buah,buah pinang,pinang,pakaian,pakaian,sayur pinang".split(",")
SIGNS = (
    "Kasih Karunia,Imanuel,Syalom,Ebenhaezer,Anugerah,Sion,Manise,Torang,Cenderawasih,Cahaya,Kelimutu,Tabita,Berkat",
    "Barokah,Amanah,Sinar Mekah,Nur Rahma,Al Ikhlas,Sipakatau,Mario,Harapan Jaya,Dua Putri,Cahaya,Rahmat,Rizky,Mutiara",
)
_FRANCHISES_TEXT = "pulsa=BRILink air=Air_RO_Biru bensin=Pertamini es=Teh_Poci makan=Ayam_Geprek_Sai kopi=Janji_Kita"
DAENG = "Ngalle Tutu Sijaya Nai Rala Ngasseng Sitaba Lalang Tayang Bella Kebo Ngai Bau Puji Caya Sunggu Kanang".split()
CHILDREN = "Putri Rifki Aldi Nabila Fitri Ian Rian Sahrul Mega Noel Yori Vania Ecan Ona Gio Ari Safira Dian Ira".split()
FATHERS = "Sanusi Beddu Lasire Amir Tahir Kasim Daud Umar Saleh Hamid Juma Salim".split()
HAMLETS = "Bonto Tanjung Pantai Labuan Batu Lorong Pasir Muara Wai Nusa Tana Watu Lewo Ujung Sou".split()
ENDINGS = "Merah Baru Lama Jaya Indah Besar Kecil Timur Barat Lolo Putih Panjang Sunggu Tua Mawar Laut Bahari".split()
STREETS = "Pattimura,Pelabuhan,Poros,Trikora,Pasar Lama,Pendidikan,Yos Sudarso,Pantai,Sam Ratulangi,El Tari".split(",")
NEAR = "depan masjid,belakang gereja,dekat dermaga,samping SD,dekat pustu,ujung kampung,pinggir jalan".split(",")
ASKED = "nik nib birth year sales workers household products phone trade capital education email".split()
# New and old spelling, and sloppy.
_OLD_TEXT = "u=oe j=dj c=tj y=j uddin=udin f=v th=t ph=f x=ks ie=i ii=i sy=s h= o=u nn=n"


class Act(NamedTuple):
    kbli: list[str]
    said: list[str]
    sold: list[str]
    signs: list[str]
    where: list[str]
    sales: float


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in each.split("|")] for each in " ".join(text.split()).split(";") if each.strip()]


def _pairs(text: str) -> dict[str, str]:
    return {a.replace("_", " "): b.replace("_", " ") for a, _, b in (each.partition("=") for each in text.split())}


PLACES, OLD = _table(_PLACES_TEXT), list(_pairs(_OLD_TEXT).items())
HEARD, FRANCHISES = _pairs(_HEARD_TEXT), _pairs(_FRANCHISES_TEXT)
PEOPLES = {row[0]: row[1:] for row in _table(_PEOPLES_TEXT)}
ACTS = {
    name: Act(kbli.split(), said.split("/"), sold.split("/"), signs.strip("-").split(), where.split(), float(sales))
    for name, kbli, said, sold, signs, where, sales in _table(_ACTS_TEXT)
}
