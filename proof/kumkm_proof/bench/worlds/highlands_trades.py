"""What people of the highlands live on: one block of lines a trade.

First line: name; where it is done, with its weight there (v village, t street of a town, m daily market, w weekly
market, f farm); place; sales of a year in millions (middle); women among a hundred owners; codes of KBLI 2020, the
usual one first; codes of the edition of 2025 (a dash: the same).
Then what is said of the work, what is sold, and the words before a sign's name (a dash: no sign).
"""

from typing import NamedTuple


class Trade(NamedTuple):
    """One line of work."""

    name: str
    where: dict[str, int]
    place: str
    sales: float
    women: float
    codes: tuple[str, ...]
    newer: tuple[str, ...]
    said: tuple[str, ...]
    goods: tuple[str, ...]
    signs: tuple[str, ...]


_TRADES = """kelontong | v17 t8 m3 | shop | 85 | 62 | 47112 47192 47249 | 47111 47191
warung kelontong, jual sembako, berjualan kebutuhan sehari-hari, perdagangan eceran sembako, kedai sampah
sembako, beras, rokok, gula, minyak goreng, mie instan, jajanan anak, sabun, telur, kopi sachet, es, gas
Warung, Kedai, Toko, UD, Kios, Grosir
grosir | t3 m1 | shop | 900 | 35 | 47112 46339 46335 | 47111 46390
grosir sembako, toko P&D, perdagangan sembako grosir dan eceran, distributor rokok dan makanan
sembako, rokok, minyak goreng, gula, tepung, makanan ringan, minuman
Toko, UD, Grosir, Toko P&D
sayur | v1 m9 w8 | stall | 55 | 82 | 47813 47213 47991 | 47213 47213
jual sayur, pedagang sayur di pasar, jualan sayur mayur dan cabe, menjual cabai bawang tomat
sayur, cabe, bawang, tomat, kentang, kol, daun ubi, terong, jengkol
-
ikan | v1 m6 w5 | stall | 75 | 62 | 47815 47825 47215 | 47215 47245
jual ikan basah, pedagang ikan asin, jual ikan mas dan mujair, jualan ikan laut dan teri
ikan tongkol, ikan mas, ikan asin, teri, mujair, lele, dencis, udang
-
daging | m3 t1 v1 | stall | 160 | 40 | 47814 47214 47822 | 47214 47214
jual ayam potong, pedagang daging, penjual ayam kampung dan ayam broiler, jual daging sapi
ayam potong, daging sapi, ayam kampung, hati ampela
-
beras | m2 t2 v1 | stall | 210 | 50 | 47821 47241 46311 | 47211 46311
jual beras, toko beras, pedagang beras dan palawija
beras, beras ketan, jagung, kacang hijau, kacang tanah
UD, Toko Beras
bumbu | m3 w3 | stall | 45 | 78 | 47829 47249 47219 | 47219 47213
jual bumbu giling, penjual cabe giling dan santan, jual rempah, jual kelapa parut
cabe giling, bumbu masak, santan, kelapa, kunyit, lengkuas, andaliman
-
buah | m3 w3 t2 | stall | 60 | 60 | 47812 47212 47991 | 47212 47212
jual buah-buahan, pedagang jeruk dan salak, jualan buah pinggir jalan, jual durian musiman
jeruk, salak, pisang, semangka, mangga, alpukat, durian, duku
Lapak Buah
pakaian | m6 w4 t4 | stall | 95 | 68 | 47832 47711 47895 | 47711 47711
jual pakaian jadi, toko baju, pedagang pakaian anak dan dewasa, jual jilbab dan gamis, penjual kain
baju, celana, jilbab, gamis, kaos, pakaian anak, seragam sekolah, sarung
Toko, Busana, Collection, Butik
monza | m2 w4 | stall | 40 | 60 | 47895 47742 47832 | 47741 47711
jual pakaian bekas, jual monza, pedagang burjer, jualan baju bekas
pakaian bekas, jaket, celana, selimut, tas bekas
-
sepatu | m2 w2 t1 | stall | 70 | 45 | 47833 47712 47854 | 47712 47712
jual sepatu dan sandal, toko sepatu, pedagang sandal, jual tas dan sepatu
sepatu, sandal, sepatu sekolah, tas, kaos kaki
Toko Sepatu, Toko
pecah | m3 w2 t1 | stall | 80 | 62 | 47863 47593 47869 | 47592 47592
jual barang pecah belah, jual ember dan plastik, jual perabot dapur
piring, gelas, ember, kuali, baskom, rantang, tikar
Toko, UD
kue | v4 m3 w2 t1 | home | 35 | 90 | 10792 47822 47242 | - 47219
membuat kue basah, jual kue, pembuat dan penjual kue tradisional, jualan lapek dan onde-onde
kue basah, lappet, ombus-ombus, bika, onde-onde, lapek bugih, serabi, bolu, risol
Kue, Dapur
gorengan | v4 t3 m1 | stall | 38 | 66 | 56104 56103 47829 | 56120 56112
jual gorengan, jualan pisang goreng dan bakwan, penjual gorengan dan miso, jualan jajanan depan rumah
pisang goreng, bakwan, tahu isi, miso, es, godok-godok, sala lauak
-
rumah_makan | v2 t6 m1 | shop | 190 | 48 | 56102 56101 56103 | 56111 56112
rumah makan, jual nasi, rumah makan padang, menjual nasi dan lauk, warung nasi
nasi ramas, rendang, gulai, ayam goreng, ikan bakar, arsik, soto, nasi bungkus
RM, Rumah Makan, Warung Nasi, Ampera, Warung Makan
bpk | v2 t3 | shop | 140 | 45 | 56102 56101 56103 | 56111 56112
rumah makan BPK, jual babi panggang karo, rumah makan khas batak, jual saksang dan panggang
BPK, saksang, babi panggang, arsik, nasi, sup
RM, BPK, Rumah Makan, Lapo
lapo | v5 t2 | shop | 65 | 40 | 56304 56102 56301 | 56301 56112
lapo tuak, kedai tuak, jual tuak dan kopi, lapo ni tondongta, jual tuak tambul
tuak, tambul, kopi, BPK, saksang, teh manis, rokok
Lapo, Kedai, Lapo Tuak
sarapan | v5 t3 m1 | home | 45 | 88 | 56103 56102 56104 | 56112 56111
jual lontong sayur, jualan sarapan pagi, menjual nasi uduk dan lontong, jual ketupat gulai, jual pecel
lontong, nasi gurih, mie gomak, ketupat sayur, nasi uduk, pecel, bubur
Warung, Lontong, Sarapan Pagi
kopi_warung | v7 t5 m1 | shop | 60 | 38 | 56304 56303 56102 | 56301 56301
kedai kopi, warung kopi, jual kopi dan teh, warkop, lepau kopi, jual minuman dan mie rebus
kopi, teh telur, mie rebus, rokok, teh manis, gorengan, susu jahe
Kedai Kopi, Warkop, Warung, Lapau, Kopi
bakso | v2 t5 | stall | 95 | 32 | 56104 56103 56102 | 56120 56112
jual bakso, mie ayam dan bakso, penjual mie ayam, jual mie sop
bakso, mie ayam, mie sop, es teh, pangsit
Bakso, Mie Ayam, Bakso & Mie Ayam
sate | v1 t4 | stall | 80 | 25 | 56104 56103 56102 | 56120 56112
jual sate padang, penjual sate, jual martabak mesir, jual nasi goreng malam
sate, ketupat, martabak, nasi goreng, kerupuk kuah
Sate, Sate Padang, Martabak
minuman | v1 t4 | stall | 60 | 58 | 56306 56304 56303 | 56302 56301
jual es teh, jualan minuman dingin, jual jus dan es campur, jual minuman kekinian
es teh, jus, es campur, pop ice, es tebak, thai tea
=Es Teh Nusantara, =Teh Poci, =Es Teh Jumbo Solo, Pondok Jus, Es Campur
ayam_goreng | t2 v1 | stall | 110 | 45 | 56104 56103 56102 | 56120 56112
jual ayam goreng tepung, fried chicken, jual ayam penyet, jual pecel lele
ayam goreng, ayam geprek, pecel lele, nasi, es teh
=Sabana Fried Chicken, =Ayam Penyet Surabaya, =Kebab Turki, Geprek, Pecel Lele
pulsa | v3 t6 m1 | shop | 75 | 35 | 47414 61994 47877 | 47401 61900
jual pulsa, konter pulsa dan aksesoris HP, jual kartu dan paket data, ponsel dan servis HP
pulsa, paket data, kartu perdana, casing, voucher listrik, charger
Ponsel, Cell, Konter, Phone Cell
brilink | v2 t2 | shop | 60 | 48 | 66199 82990 64190 | 66190 82990
agen brilink, transfer dan tarik tunai, jasa pembayaran listrik dan transfer, agen bank
transfer, tarik tunai, bayar listrik, top up
=Agen BRILink, BRILink, =Agen BRILink
gas | v2 t2 | shop | 240 | 38 | 47772 47302 46610 | 47730 46610
pangkalan gas LPG 3 kg, jual gas elpiji, pangkalan elpiji bersubsidi
gas LPG 3 kg, gas 12 kg, air galon
Pangkalan LPG, =Pangkalan LPG 3 Kg, Pangkalan Gas
bensin | v5 t1 | shop | 90 | 42 | 47302 47892 47996 | 47300 47300
jual bensin eceran, pertamini, jual BBM eceran, jual pertalite botolan
bensin, pertalite, oli, solar
Pertamini, -
bengkel | v4 t5 | shop | 85 | 5 | 45407 45406 45201 | 95320 47830
bengkel sepeda motor, servis motor dan ganti oli, reparasi sepeda motor, bengkel dan tambal ban
servis motor, ganti oli, tambal ban, suku cadang
Bengkel, Bengkel Motor, Motor
mobil | t3 v1 | shop | 150 | 3 | 45201 45302 | 95310 47820
bengkel mobil, servis mobil, ketok magic dan cat mobil, bengkel per dan dinamo
servis mobil, cat mobil, dinamo, per mobil
Bengkel, Bengkel Mobil, Auto
onderdil | t4 | shop | 380 | 25 | 45406 45302 45405 | 47830 47820
jual onderdil sepeda motor, toko onderdil mobil dan motor, jual suku cadang dan ban, jual sparepart motor
onderdil, ban, oli, aki, lampu, kampas rem
Toko, Motor, Toko Onderdil, Variasi
tambal_ban | v2 t2 | shop | 28 | 4 | 45407 45201 22112 | 95320 95310
tambal ban, tempel ban dan isi angin, tukang tambal ban
tambal ban, ganti ban, isi angin, nitrogen
Tempel Ban, -
doorsmeer | t3 v1 | shop | 60 | 6 | 45202 45407 | 95310 95320
doorsmeer, cuci sepeda motor dan mobil, cucian motor, steam motor
cuci motor, cuci mobil
Doorsmeer, Steam
las | v1 t2 | shop | 120 | 2 | 25111 25920 43302 | - -
bengkel las, las listrik dan pagar besi, membuat pagar teralis dan kanopi
pagar, teralis, kanopi, pintu besi, las
Bengkel Las, Las
perabot | v1 t2 | shop | 130 | 12 | 31001 47591 16221 | - 47594
membuat perabot kayu, usaha mebel, pembuatan kusen pintu dan jendela, toko perabot
lemari, meja, kursi, kusen, tempat tidur, pintu
Perabot, Mebel, UD, Meubel
jahit | v4 t2 m1 | home | 24 | 66 | 14120 95291 14131 | - 95290
menjahit pakaian, tukang jahit, jasa jahit dan permak, taylor
baju, kebaya, seragam, permak, baju kurung
Penjahit, Taylor, Modiste
salon | v1 t3 | shop | 36 | 88 | 96112 96111 | 96220 96210
salon kecantikan, rias pengantin dan salon, salon dan pangkas wanita
potong rambut, rias pengantin, smoothing, creambath
Salon, Rias
pangkas | v2 t4 | shop | 32 | 2 | 96111 96112 | 96210 96220
pangkas rambut, tukang pangkas, barbershop
pangkas rambut, cukur, semir
Pangkas, =Pangkas Rambut Asgar, Barbershop
laundry | t3 | shop | 48 | 62 | 96200 | 96100
laundry kiloan, cuci setrika pakaian, jasa laundry
laundry, cuci kiloan, setrika, cuci selimut
Laundry
fotokopi | t3 | shop | 70 | 42 | 82190 47611 18111 | 82100 47610
fotokopi dan alat tulis, fotocopy dan print, jual ATK
fotokopi, ATK, print, jilid, pas foto
Fotocopy, Toko
bangunan | t3 v1 | shop | 850 | 18 | 47528 47524 47521 | 47521 47520
toko bangunan, jual bahan bangunan, jual semen pasir dan besi, panglong
semen, paku, cat, seng, pasir, besi, triplek
Toko Bangunan, UD, Panglong, TB
saprotan | v1 t2 | shop | 260 | 28 | 47763 47845 47762 | 47760 47762
jual pupuk dan racun rumput, toko pertanian, kios pupuk bersubsidi, jual saprodi
pupuk, racun rumput, benih, urea, pestisida
UD, Kios Tani, Toko Tani
pengumpul | v3 t2 | shop | 900 | 18 | 46314 46209 46313 | - -
agen pengumpul kopi, membeli hasil bumi, toke kopi, pengepul sayur dan cabe, agen hasil bumi dan kakao
kopi, gabah kopi, kakao, pinang, kemiri, cabai, kol
UD, CV, Gudang Kopi
kopi_bubuk | v2 t1 | home | 75 | 40 | 10761 46314 56303 | - 56301
membuat kopi bubuk, usaha kopi bubuk giling, sangrai dan giling kopi, roastery kopi
kopi bubuk, kopi arabika, kopi robusta, kopi luwak, green bean
Kopi, Kopi Bubuk
kopi | f20 | farm | 32 | 22 | 01270 46314 | - -
petani kopi, kebun kopi, bertani kopi arabika, kebun kopi robusta
kopi, gabah kopi, biji kopi
-
padi | f13 | farm | 22 | 28 | 01122 01121 | - -
petani padi, bersawah, bertani padi sawah, tani
padi, gabah, beras
-
jagung | f12 | farm | 26 | 22 | 01111 | -
petani jagung, menanam jagung, kebun jagung
jagung, jagung pipil
-
singkong | f14 | farm | 30 | 15 | 01135 | -
kebun singkong, petani singkong, menanam ubi kayu
singkong, ubi kayu
-
sawit | f16 | farm | 60 | 12 | 01262 | -
kebun sawit, petani sawit, perkebunan kelapa sawit rakyat
TBS, sawit, kelapa sawit
-
karet | f13 | farm | 34 | 15 | 01291 02301 | - -
menyadap karet, petani karet, kebun karet
karet, ojol, getah
-
kakao | f8 | farm | 26 | 20 | 01270 | -
petani coklat, kebun kakao, menanam coklat
kakao, coklat
-
lada | f8 | farm | 30 | 18 | 01281 | -
kebun lada, petani lada, menanam lada hitam
lada, lada hitam
-
jeruk | f12 | farm | 55 | 18 | 01230 | -
kebun jeruk, petani jeruk, bertani jeruk madu
jeruk, jeruk madu, jeruk siam
-
cabai | f9 | farm | 48 | 26 | 01283 01133 | - -
petani cabai, menanam cabe dan tomat, bertani cabe merah
cabe merah, cabe rawit, tomat
-
bawang | f8 | farm | 50 | 30 | 01134 01139 | - -
petani bawang merah, menanam bawang, bertani bawang
bawang merah
-
sayur_tani | f4 | farm | 40 | 30 | 01131 01133 | - -
petani sayur, menanam kol dan kentang, bertani sayuran
kol, kentang, wortel, buncis, tomat
-
gambir | f6 | farm | 38 | 14 | 01289 10799 | - -
kebun gambir, mengolah gambir, petani gambir
gambir, gambir kering
-
nilam | f4 | farm | 26 | 16 | 01284 20294 | - -
menyuling nilam, petani nilam, kebun nilam dan minyak nilam
minyak nilam, nilam kering
-
kemenyan | f8 | farm | 28 | 10 | 02309 01291 | - -
mengambil kemenyan, petani kemenyan, haminjon
kemenyan, getah kemenyan
-
babi | f6 | farm | 40 | 50 | 01450 | -
ternak babi, beternak babi, pemeliharaan babi
babi, anak babi
-
ayam | f6 | farm | 120 | 20 | 01461 01462 | - -
ternak ayam potong, peternakan ayam petelur, beternak ayam
ayam, telur
-
sapi | f5 | farm | 36 | 10 | 01411 | -
ternak sapi, penggemukan sapi, memelihara sapi
sapi
-
kambing | f4 | farm | 20 | 16 | 01442 | -
ternak kambing, memelihara kambing, peternakan kambing
kambing
-
kolam | f5 | farm | 32 | 15 | 03221 03226 | - -
kolam ikan, budidaya ikan nila dan lele, pembesaran ikan mas
ikan nila, ikan mas, lele, gurami
-
keramba | f6 | farm | 140 | 14 | 03222 03223 | - -
keramba jaring apung, budidaya ikan nila di danau, kerambah
ikan nila, ikan mujair, ikan mas
-
ulos | v2 | home | 18 | 94 | 13121 13122 47511 | - 47511
bertenun ulos, menenun ulos, partonun, tenun ulos ragi hotang
ulos, ulos ragidup, sadum, ulos mangiring, selendang
-
songket | v1 | home | 30 | 88 | 13121 13912 | - -
menenun songket, tenun songket, kerajinan songket dan sulaman
songket, selendang, sulaman, kain
Songket, Tenun
bordir | v2 t1 | home | 26 | 86 | 13912 13922 14120 | - -
usaha bordir, sulaman dan bordir mukena, membuat mukena bordir
mukena, bordir, jilbab, kebaya
Bordir
tapis | v1 | home | 22 | 94 | 13912 13121 | - -
menyulam tapis, kerajinan tapis, tapis lampung
tapis, selendang tapis, dompet tapis
Tapis
keripik | v3 t1 | home | 42 | 70 | 10794 47249 | - 47219
membuat keripik singkong, usaha keripik, karak kaliang, produksi keripik pisang, sanjai balado
keripik, keripik balado, keripik pisang, rakik, kerupuk, sanjai, opak
Keripik, Kerupuk, Sanjai
gula | v2 | home | 24 | 48 | 10722 | -
membuat gula aren, menderes nira gula merah, pembuat gula saka
gula aren, gula merah, gula semut, saka
-
tempe | v2 | home | 55 | 38 | 10391 47824 | - 47219
membuat tempe, produksi tempe, pengrajin tempe
tempe
Tempe
tahu | v1 | home | 90 | 30 | 10392 47824 | - 47219
membuat tahu, pabrik tahu, produksi tahu
tahu
Tahu
bata | v2 | home | 45 | 20 | 23921 | -
membuat batu bata, cetak batu bata, pembuatan bata merah
batu bata, bata merah
-
genteng | v1 | home | 60 | 22 | 23922 23921 | - -
membuat genteng, produksi genteng, cetak genteng
genteng, bubungan
Genteng
huller | v2 | shop | 110 | 8 | 10631 01630 | - -
penggilingan padi, kilang padi, huller padi, gilingan padi keliling
beras, giling padi, dedak
Kilang Padi, Huller, PP, RMU
anyaman | v2 | home | 14 | 72 | 16291 16292 | - -
menganyam tikar, anyaman bambu, membuat keranjang, anyaman pandan
tikar, keranjang, besek, tampah, bakul
-
angkutan | v3 t2 | mobile | 55 | 3 | 49414 49431 49422 | 49320 49410
angkutan desa, supir angkot, travel, jasa angkutan barang, rental mobil pick up
angkutan penumpang, angkut barang, travel
CV, -
homestay | v1 t1 | shop | 60 | 45 | 55130 55199 55900 | 55102 55109
homestay, penginapan, rumah kos, kos-kosan
kamar, kamar kos, penginapan
Homestay, Kost, Penginapan
obat | t2 m1 | shop | 160 | 58 | 47722 47721 47723 | 47721 47721
toko obat, jual obat-obatan, apotek, depot obat
obat, jamu, vitamin, bedak
Toko Obat, Apotek, Depot
jamu | v2 m1 | mobile | 20 | 92 | 47992 47843 47723 | 47722 47722
jual jamu gendong, jamu keliling, penjual jamu
jamu, beras kencur, kunyit asam
Jamu, -
emas | t2 m1 | shop | 1600 | 35 | 47735 32112 | 47735 -
toko mas, jual beli emas, jual perhiasan emas
emas, cincin, kalung, gelang
Toko Mas
elektronik | t2 | shop | 420 | 24 | 47592 47420 95210 | 47591 95210
toko elektronik, jual alat listrik, servis elektronik dan jual lampu
lampu, kipas, TV, kabel, rice cooker
Toko, Elektronik, Servis
pesta | v2 t1 | home | 70 | 40 | 77291 90022 77295 | 77220 90200
sewa tenda dan pelaminan, rental alat pesta, sewa keyboard dan sound system, organ tunggal
tenda, kursi, pelaminan, keyboard, sound system
Pelaminan, Tenda, Music, Sound
roti | v1 t2 | shop | 95 | 55 | 10710 47242 | - 47219
membuat roti, usaha roti dan bolu, jual roti dan kue ulang tahun
roti, bolu, kue tart, donat
Roti, Bakery
galon | v2 t2 | shop | 62 | 40 | 11052 47222 | - 47221
depot air minum isi ulang, isi ulang air galon
air galon, air isi ulang
Depot Air, =Depot Air Minum Biru, Water"""


def _trade(lines: list[str]) -> Trade:
    name, where, place, sales, women, codes, newer = (each.strip() for each in lines[0].split("|"))
    said, goods, signs = (tuple(word.strip() for word in line.split(", ")) for line in lines[1:])
    old = tuple(codes.split())
    new = tuple(old[min(at, len(old) - 1)] if code == "-" else code for at, code in enumerate(newer.split()))
    return Trade(
        *(name, {each[0]: int(each[1:]) for each in where.split()}, place, float(sales), int(women) / 100),
        *(old, new, said, goods, () if signs == ("-",) else signs),
    )


_LINES = _TRADES.splitlines()
TRADES = {each.name: each for each in (_trade(_LINES[at : at + 4]) for at in range(0, len(_LINES), 4))}
_KIN = """kelontong=kopi_warung sarapan pulsa bensin gas gorengan grosir;sayur=bumbu buah kelontong ikan;ikan=daging;
pakaian=monza sepatu jahit kelontong;bengkel=onderdil tambal_ban bensin;pulsa=brilink elektronik kelontong;
rumah_makan=sarapan kopi_warung;kopi_warung=kelontong sarapan lapo;tambal_ban=bengkel bensin;bakso=minuman rumah_makan;
kue=sarapan roti keripik;gas=kelontong galon;salon=jahit pesta;padi=jagung cabai kolam huller;
kopi=kopi_bubuk pengumpul"""
NEAR = {each.split("=")[0].strip(): tuple(each.split("=")[1].split()) for each in _KIN.split(";")}
