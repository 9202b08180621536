"""What people of the eastern islands live on, and how a form says it. Data only.

One trade a paragraph: key | what a sign begins with | the activity as enumerators write it | goods | codes of 2020,
likely first | codes of 2025 | places (home, stall, market, roadside, going about, workshop, boat) | sales in millions a
year | share of women | weight among people of the place, among newcomers | weight in village, town, market | where:
c coast, x a whole hamlet may do it, N M P S only in these provinces, 2 shared signs.
"""

from typing import NamedTuple


class Trade(NamedTuple):
    """A line of business, with every way that it is written down."""

    key: str
    heads: tuple[str, ...]
    phrases: tuple[str, ...]
    goods: tuple[str, ...]
    codes: tuple[str, ...]
    codes25: tuple[str, ...]
    places: str
    sales: float
    women: float
    natives: float
    newcomers: float
    village: float
    town: float
    market: float
    flags: str


_TRADES = """
kios|Kios;Kios;Kios;Warung;Toko|Jual sembako;Kios sembako;Menjual kebutuhan sehari-hari;Perdagangan eceran sembako;Kios;
 Jualan campuran;Jual barang campuran;Berjualan sembako|Beras, gula, minyak goreng;Sembako;Sembilan bahan pokok;
 Rokok, gula, kopi;Barang campuran;Mie instan, kopi, rokok|47112 47112 47112 47241 47192 47249|47112 47112 47241|hhs|55
 .62|6 8|34 24 5|
toko|Toko;UD;Toko;UD|Perdagangan eceran berbagai macam barang;Toko sembako;Toko kelontong;Jual sembako grosir eceran;
 Penjualan barang campuran|Sembako dan kelontong;Beras, terigu, gula;Barang campuran|47112 47192 47111 46339|
 47112 47192|ss|420|.4|.4 6|2 8 3|
pinang|Meja Pinang;Jual Pinang;Pinang|Jual pinang sirih;Jualan pinang di meja;Menjual pinang, sirih dan kapur;
 Jual siri pinang;Jual pinang depan rumah;Meja pinang|Pinang;Sirih pinang;Pinang, sirih, kapur;Siri pinang|
 47219 47819 47212 47899 47230|47219 47219 47212|hhrm|13|.88|9 0|8 6 12|NP
sayur|Jual Sayur;Lapak Sayur;Sayur|Jual sayur;Menjual sayur-sayuran di pasar;Pedagang sayur;Jual sayur keliling;
 Papalele sayur|Sayur;Kangkung, sawi, kol;Sayur-mayur;Sayuran|47813 47213 47991|47213|mmmrk|26|.85|6 4|3 4 20|
ikan|Jual Ikan;Ikan Segar;Papalele Ikan;Lapak Ikan|Jual ikan segar;Menjual ikan;Pedagang ikan;Papalele ikan;Jibu-jibu;
 Jual ikan keliling|Ikan segar;Ikan laut;Ikan cakalang, tongkol;Ikan|47815 47215 47991 46206|47215|mmkr|48|.6|5 5|
 5 5 15|c
asap|Ikan Asar;Ikan Asap;Ikan Fufu;Ikan Kering|Pembuatan ikan asar;Mengasapi ikan cakalang;Pengasapan ikan;
 Pengeringan ikan;Jual ikan asar|Ikan asar;Ikan asap;Cakalang fufu;Ikan kering|10212 10211 47245 10219|10212 10211 47246
 |hhrm|32|.72|5 1|4 3 4|cxMPS
nelayan|Nelayan;Usaha Nelayan;Kelompok Nelayan|Menangkap ikan di laut;Nelayan tangkap;Nelayan;Melaut;
 Penangkapan ikan di laut|Ikan laut;Ikan;Ikan cakalang;Ikan dasar|03111 03111 47815|03110|hbb|30|.08|6 3|9 2 0|cx
rumput|Rumput Laut;Kelompok Rumput Laut|Budidaya rumput laut;Budi daya rumput laut;Petani rumput laut;Tanam rumput laut|
 Rumput laut kering;Rumput laut;Agar-agar|03217 03114 03219|03213|hb|22|.5|5 1|3 0 0|cxNM
tenun|Tenun Ikat;Kelompok Tenun;Sanggar;Rumah Tenun|Tenun ikat;Menenun kain;Pembuatan kain tenun ikat;Menenun sarung;
 Kerajinan tenun ikat;Membuat tenunan|Kain tenun;Sarung;Selendang;Kain tenun ikat;Tais, selendang|
 13122 13122 13121 13912
 |13122|hhhh|9|.99|9 0|9 3 0|xN
jualtenun|Tenun;Sanggar;Galeri|Jual kain tenun;Penjualan kain tenun ikat;Jual sarung dan selendang|Kain tenun;
 Sarung, selendang|47511 47831 47781 47711|47511 47781|hsm|36|.9|5 1|1 2 2|N
noken|Noken;Kerajinan Noken|Merajut noken;Membuat noken;Anyam noken;Jual noken|Noken;Noken kulit kayu;Noken benang|
 16292 13911 47781 32909|16292 47781|hhrm|10|.97|9 0|3 2 3|xP
anyam|Anyaman;Kerajinan;Kelompok Anyaman|Anyaman lontar;Membuat tikar;Kerajinan anyaman;Anyam bakul;Menganyam pandan|
 Tikar;Bakul, nyiru;Anyaman pandan;Sokal|16292 16291 47781|16292 16291|hhh|8|.9|6 0|4 0 1|x
warung|Warung Makan;RM;Rumah Makan;Warung;Depot|Warung makan;Rumah makan;Menyediakan makanan dan minuman;Jual nasi;
 Usaha warung makan|Nasi ikan;Nasi campur;Makanan dan minuman;Nasi kuning;Ikan kuah|56102 56103 56101|56101 56102|
 shrm|95|.68|3 7|2 7 5|
lalapan|Warung Lalapan;Lalapan;Pecel Lele;Warung|Jual lalapan;Warung lalapan ayam dan ikan;Jual pecel lele;Warung tenda|
 Ayam lalapan;Pecel lele;Lalapan;Nasi ayam|56102 56104 56103|56102 56101|rrs|150|.35|0 6|.3 5 2|
bakso|Bakso;Bakso Mas;Mie Ayam|Jual bakso keliling;Jual bakso;Warung bakso;Jual bakso dan mie ayam;Pedagang pentolan|
 Bakso;
 Bakso, mie ayam;Pentolan|56104 56103 56102|56102 56101|ksr|85|.2|0 6|1 4 2|
kue|Kue;Jual Kue;Kue Mama;Dapur|Buat kue;Jual kue basah;Pembuatan kue;Jual kue pagi;Membuat dan menjual kue|Kue basah;
 Donat;Kue;Kue lapis;Cucur;Roti goreng|10792 10710 47822 47242 56103|10792 10710 47242|hhrm|24|.95|5 5|5 7 4|
gorengan|Gorengan;Jual Gorengan;Pisang Goreng|Jual gorengan;Jual pisang goreng;Gorengan depan rumah;Usaha gorengan|
 Pisang goreng;Gorengan;Ubi goreng, tahu isi|56103 56104 10792 47829|56102 56101|hrrm|26|.85|4 5|3 5 4|
kenari|Kue Kering;Oleh-Oleh;Bagea|Membuat kue kenari;Pembuatan bagea;Produksi kue kering;Bikin halua|Bagea;Kue kenari;
 Halua kenari;Sagu tumbu;Abon ikan|10710 10792 10794|10710 10799|hh|30|.9|4 1|1 2 1|MS
kopi|Kedai Kopi;Rumah Kopi;Warkop;Kafe|Jual kopi dan teh;Rumah kopi;Warung kopi;Kedai kopi|Kopi;Kopi, teh, kue;
 Kopi susu, pisang goreng|56303 56304 56103|56303 56304|srm|75|.45|2 5|.7 4 2|
sopi|Sopi;Moke;Cap Tikus;Usaha|Penyulingan sopi;Membuat moke;Iris tuak;Suling sopi;Buat minuman lokal;Batifar|Sopi;Moke;
 Cap tikus;Tuak;Saguer|11010 11090 47221 01299|11010 11020|hhr|18|.3|7 0|4 .5 .5|xNMS
bensin|Kios Bensin;Bensin;Pertamini|Jual bensin eceran;Jual bensin botol;Jual BBM eceran;Penjualan bensin|Bensin;
 Bensin, solar;Pertalite;BBM eceran|47302 47892 47302 47112|47302|rrh|60|.45|5 6|5 4 1|
pulsa|Konter;Counter;Cell;Ponsel|Jual pulsa;Konter HP;Jual pulsa dan kartu;Penjualan pulsa dan aksesoris HP|Pulsa;
 Pulsa, kartu perdana;Pulsa data, aksesoris|47414 61200 47879 47999|47404 61201|shr|70|.42|2 6|1 5 2|2
mitan|Pangkalan Minyak Tanah;Pangkalan;Kios|Jual minyak tanah;Pangkalan minyak tanah;Penjualan minyak tanah eceran|
 Minyak tanah;Mitan|47771 47302 47892|47771 47302|hs|110|.4|3 5|1.5 2 .4|2NMP
air|Depot Air;Depot Air Minum;Air Galon|Depot air minum isi ulang;Isi ulang air galon;Jual air isi ulang|Air galon;
 Air minum isi ulang;Air isi ulang|11052 47222 36001|11052 47222|sh|90|.4|1 5|.6 3 .3|
jahit|Penjahit;Penjahit;Modiste;Taylor|Menjahit pakaian;Jahit pakaian;Usaha jahit;Terima jahitan;Penjahit|Pakaian;
 Baju seragam;Jahitan;Kebaya, kemeja|14120 14111 95291|14120 95291|hhs|28|.7|3 4|2 4 1|
bengkel|Bengkel;Bengkel Motor|Bengkel motor;Reparasi sepeda motor;Servis motor;Perbaikan motor|Servis motor;
 Servis dan onderdil;Jasa perbaikan|45407 45406 45201|95320 47833|rsh|65|.03|3 6|2 4 .5|
ban|Tambal Ban;Tambal Ban Press|Tambal ban;Jasa tambal ban;Pres ban|Tambal ban;Ban dalam|45407 45201 22112|95320|rr|22|
 .03
 |2 4|1 2 .3|
ojek|Ojek;Ojek Motor|Ojek;Tukang ojek;Jasa ojek motor;Antar penumpang|Jasa ojek;Angkutan;Antar jemput|49424 49421|49296|
 kk|20|.03|5 3|3 4 1|
perahu|Perahu;Ketinting;Speed;Katinting|Sewa perahu;Angkutan penumpang dengan perahu;Jasa speedboat;
 Antar penumpang pulau|
 Jasa angkutan laut;Sewa perahu motor;Jasa penyeberangan|50218 50112 50211 77312|50133 50139|bb|45|.05|4 3|1.5 .4 0|c
mebel|Meubel;Mebel;UD|Membuat meubel;Industri mebel kayu;Pertukangan kayu;Buat lemari dan meja|Lemari, meja, kursi;
 Kusen, pintu;Mebel kayu|31001 16221 47591|31011 16221|ws|70|.05|3 4|1.4 1.6 0|
batako|Batako;Usaha Batako;UD|Cetak batako;Pembuatan batako;Membuat batako dan paving|Batako;Batako, paving;Bata|
 23953 23951 23921 47523|23953 23951|ww|60|.1|4 4|1.5 1 0|
pasir|Pasir;Usaha Pasir|Kumpul batu dan pasir;Jual pasir;Gali pasir;Pecah batu|Pasir;Batu, pasir;Kerikil|
 08104 08103 47524|
 08104 47521|rh|18|.35|4 1|1.3 .3 0|x
bangunan|Toko Bangunan;UD;Toko|Toko bahan bangunan;Jual bahan bangunan;Penjualan semen dan besi|Semen, besi, paku;
 Bahan bangunan;Semen, cat, seng|47528 47524 47521|47521 47525|ss|600|.3|.2 4|.4 2 .2|
pakaian|Toko Pakaian;Toko;Kios Pakaian|Jual pakaian;Jual pakaian jadi;Pedagang pakaian di pasar;Toko pakaian|Pakaian;
 Pakaian jadi;Baju, celana;Pakaian anak|47711 47832|47711|mmms|95|.55|.7 7|.4 3 9|
rombengan|RB;Cakar;Rombengan;Jual RB|Jual pakaian bekas;Jual RB;Jual cakar;Jual rombengan|Pakaian bekas;RB;Cakar;
 Pakaian rombengan|47742 47895 47832 47711|47742|mmrh|48|.65|3 4|.8 2 6|
babi|Ternak Babi;Usaha Babi|Ternak babi;Pelihara babi;Beternak babi;Budidaya babi|Babi;Anak babi;Daging babi|
 01450 47752 47214|01450 47752|hhh|24|.5|6 0|7 2 .3|
ayam|Ternak Ayam;Ayam Potong;Peternakan|Ternak ayam potong;Jual ayam potong;Pelihara ayam petelur;Jual ayam|Ayam potong;
 Telur ayam;Ayam kampung|01461 01462 47214 47814|01461 47214|hhm|85|.4|2 4|1.4 1.6 2|
sapi|Ternak Sapi;Jual Sapi|Penggemukan sapi;Pelihara sapi paron;Jual beli sapi;Ternak sapi|Sapi;Sapi potong;
 Kambing, sapi|
 01411 46205 47752|01411 47752|hh|45|.12|5 1|2.2 .2 .2|N
tani|Usaha Tani;Kelompok Tani|Tanam sayur;Petani sayur;Kebun sayur;Tanam tomat dan lombok|Sayur;Tomat, lombok;Sawi|
 01131 01133 01283|01131 01133|hh|16|.5|5 3|4 .7 0|x
bumi|UD;Usaha;Pengumpul|Beli hasil bumi;Pengumpul hasil bumi;Jual beli komoditi;Pembelian kopra, mente, kemiri|
 Kemiri, mente;Kopra, cengkeh, pala;Hasil bumi;Kakao, kopi|46202 46209 46314 46319|46202 46209|hs|380|.2|1 5|1.2 .6 .5|
kopra|Kopra;Usaha Kopra|Membuat kopra;Bakar kopra;Pembuatan kopra;Petani kopra|Kopra;Kelapa;Kopra asap|
 10421 10773 01261|10421 01261|hhh|18|.2|6 1|3.5 .2 0|cxMS
sagu|Sagu;Sagu Lempeng|Tokok sagu;Membuat sagu lempeng;Bakar sagu;Jual sagu|Sagu;Sagu lempeng;Sagu basah|
 10622 10710 47249|10622 10799|hhm|12|.6|7 0|2 .4 1.5|xMP
gula|Gula Lempeng;Gula Merah|Masak gula lempeng;Membuat gula merah;Masak gula air;Iris lontar|Gula lempeng;Gula merah;
 Gula air;Gula semut|10722 01299 47243|10722|hhh|11|.5|6 0|1.6 0 .3|xNS
salon|Salon|Salon kecantikan;Potong rambut dan rias;Rias pengantin|Potong rambut, creambath;Rias;Smoothing|96112 96111|
 96210 96220|sh|40|.75|2 5|.4 2.4 .3|
cukur|Pangkas Rambut;Pangkas;Barber|Pangkas rambut;Cukur rambut;Jasa cukur|Pangkas rambut;Cukur|96111 96112|96210|sr|
 28|.03|
 1.5 4|.4 1.7 .5|
fotokopi|Fotocopy;Foto Copy|Fotokopi dan ATK;Foto copy, print, jilid;Jasa fotocopy|Foto copy;ATK, print;
 Fotokopi, laminating|
 82190 47611|82100 47611|s|80|.4|1 4|.2 1.3 .1|
kos|Kos;Kos-Kosan;Rumah Kos|Sewa kamar kos;Kos-kosan;Rumah kontrakan;Penyewaan kamar|Kamar kos;Sewa kamar;Kontrakan|
 55900 68111|55909 68111|hh|42|.45|4 3|.2 4 0|
homestay|Homestay;Penginapan|Penginapan;Homestay;Sewa kamar wisata|Kamar;Penginapan, makan|55130 55120 55199|
 55201 55106|
 h|60|.5|2 1|.3 .5 0|
tenda|Sewa Tenda;Sound System|Sewa tenda dan kursi;Sewa alat pesta;Sewa sound system|Tenda, kursi;Sewa kursi;Alat pesta|
 77291 77295|77291|hh|35|.3|4 2|.6 .8 0|
cuci|Laundry|Cuci pakaian kiloan;Jasa laundry;Laundry kiloan|Cuci setrika;Laundry|96200|96100|sh|45|.7|1.5 4|.1 1.5 0|
esteh|Es Teh;Es;Pop Ice|Jual es teh;Jual minuman dingin;Jual pop ice;Minuman kekinian|Es teh;Minuman dingin;Pop ice;
 Es kelapa muda|56306 56304 47826|56306 56304|rrsm|32|.7|3 4|.6 3 2|2
tahu|Tahu Tempe;Pabrik Tahu|Membuat tahu tempe;Produksi tempe;Industri tahu;Jual tahu tempe|Tempe;Tahu;Tahu, tempe|
 10391 10392 47824|10307 10308 47244|hw|95|.4|.1 3|.3 1.2 1|
jamu|Jamu;Jamu Gendong|Jual jamu gendong;Jual jamu keliling|Jamu;Beras kencur, kunyit asam|47843 56305 11090|
 47723 56305|
 kh|26|.98|0 3|.1 .8 .4|
giling|Penggilingan;Selep|Giling padi;Penggilingan padi;Giling jagung;Selep jagung|Beras;Jasa giling;Jagung giling|
 10631 10632|10631|ww|55|.15|2 3|1 .2 .2|
angkut|Bemo;Angkot;Mikrolet;Usaha Angkutan|Angkutan umum;Sopir bemo;Mikrolet;Sewa pick up;Angkut barang dengan truk|
 Jasa angkutan;Angkutan penumpang;Sewa mobil|49413 49414 49431|49213 49214 49231|kk|75|.08|4 4|1 2 .3|
bubuk|Kopi Bubuk;Kopi|Giling kopi;Produksi kopi bubuk;Sangrai kopi|Kopi bubuk;Kopi arabika|10761 47243|10761|hh|38|.6|
 4 1|
 .7 .6 .2|NP
perak|Kerajinan;Mutiara;Besi Putih|Kerajinan mutiara;Kerajinan kulit kerang;Membuat perhiasan besi putih|Kalung, cincin;
 Bros mutiara;Hiasan kerang|32112 32909 47735|32112 47735|hs|55|.3|2 4|.1 1 .4|MP
brilink|Agen BRILink;BRILink|Agen BRILink;Transfer dan tarik tunai;Agen bank|Transfer;Tarik tunai;Jasa transfer|
 66199 47112 61200|66199 61201|sh|50|.5|2 4|.6 1.3 .3|2
lauk|Sambal;Abon;Dapur|Membuat abon ikan;Olahan ikan;Membuat sambal lu'at;Buat se'i|Abon ikan;Sambal;Se'i;Dendeng|
 10219 10772 10130|10218 10779|hh|30|.85|3 2|.8 1.4 .2|
kopdit|Koperasi;KSP;Kopdit;KSU;KUD|Simpan pinjam;Usaha simpan pinjam;Menghimpun simpanan dan memberi pinjaman;
 Simpan pinjam anggota|Pinjaman;Simpan pinjam;Pinjaman anggota|64141 64141 64142|64191|ss|650|.35|0 0|0 0 0|
kdmp|Koperasi Desa Merah Putih|Pertokoan dan simpan pinjam;Gerai sembako;Usaha serba usaha;Gerai sembako dan pupuk|
 Sembako;Sembako, pupuk;Gas LPG, sembako|47112 64141 47192|47112 64191|ss|40|.25|0 0|0 0 0|
toples|Keripik;Kripik|Membuat keripik pisang;Buat kripik ubi;Produksi keripik|Keripik pisang;Kripik ubi;Marning jagung|
 10794 47249|10794|hh|20|.9|4 3|1.6 1.6 .3|
"""


def _trade(text: str) -> Trade:
    fields = [each.strip() for each in text.split("|")]
    key, heads, phrases, goods, codes, codes25, places, sales, women, who, where, flags = fields
    natives, newcomers = map(float, who.split())
    village, town, market = map(float, where.split())
    head, phrase, good = (tuple(each.strip() for each in field.split(";")) for field in (heads, phrases, goods))
    old, new = tuple(codes.split()), tuple(codes25.split())
    who_where = (natives, newcomers, village, town, market)
    return Trade(key, head, phrase, good, old, new, places, float(sales), float(women), *who_where, flags)


def _paragraphs() -> list[str]:
    found: list[str] = []
    for line in _TRADES.strip().splitlines():
        if line.startswith(" "):
            joint = "" if found[-1].endswith(("|", ";")) or line.startswith(" |") else "|"
            found[-1] += joint + line.strip()
        else:
            found.append(line)
    return found


TRADES = tuple(map(_trade, _paragraphs()))
TRADE_OF = {trade.key: trade for trade in TRADES}
LOST = frozenset(
    """03111 03114 03217 03219 10130 10391 10392 11090 31001 45201 45406 45407 47414 47528 47813 47814 47815 47819
47822 47824 47826 47829 47843 47879 47892 47895 47899 47991 47999 49413 49414 49421 49424 49431 50218 55120
55130 55199 55900 56103 56104 61200 64141 64142 66190 77295 82190 96111 96112 96200""".split()
)
"""Codes of 2020 that the edition of 2025 does not have."""
