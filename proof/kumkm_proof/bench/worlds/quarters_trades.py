"""The trades of the quarters and their signs, as data.

A trade is a line of eleven parts, which goes on where the next begins with a blank: key; cities where it is seen;
settings with weights (h house in a gang, k kiosk at the road, r ruko, m market, c cart, o online); heads of its sign;
what people say that they do; what they sell; readings as KBLI 2020 with weights; KBLI 2025; sales a month in millions,
workers beside the owner, capital in millions; whose folk or home mostly does it; how common it is.
"""

import re
from typing import NamedTuple


def _of(text: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in text.split("|"))


BRANDS = _of("""
    Berkah|Barokah|Sumber Rejeki|Rizki|Jaya|Mandiri|Maju Jaya|Sederhana|Amanah|Sinar Jaya|Putra|Dua Saudara|Sahabat|
    Bersama|Cahaya|Abadi|Usaha Baru|Mulya|Lancar|Family|Bahagia|Makmur|Barokah Jaya|Tiga Putra|Restu Ibu|
    Sumber Jaya|Al Barokah|Ikhlas|Hidayah|Pojok|Bintang
""")
LOCAL_BRANDS = {
    "j": _of("Betawi|Pojok Rawa|Mpok Ati|Si Doel|Kharisma|Laris|Putra Tegal|Moro Seneng"),
    "b": _of("Parahyangan|Saluyu|Teu Poho|Mekar|Sauyunan|Kabita|Pada Suka|Raos|Binangkit"),
    "s": _of("Arema|Suroboyo|Rukun|Sido Mukti|Sumber Urip|Rejo|Barokah Putra|Lumayan|Mbak Yu|Giras"),
    "m": _of("Celebes|Sipakatau|Mattirodeceng|Nasional|Tanete|Cahaya Bone|Pangkep|Losari|Turatea|Sawerigading"),
}
CHAINS = {
    "warteg": ("Warteg Kharisma Bahari", "Warteg Selera Bahari", "Warteg Bahari", "Warteg Ellya"),
    "esteh": ("Es Teh Jumbo", "Es Teh Solo", "Teh Poci", "Es Teh Nusantara", "Es Teh Kampul", "Haus"),
    "fried": (
        "Sabana Fried Chicken",
        "Hisana Fried Chicken",
        "Olive Chicken",
        "Ayam Geprek Juara",
        "d'Besto",
        "Rocket Chicken",
    ),
    "brilink": ("Agen BRILink", "BRILink", "Agen BRILink", "Agen46", "Agen Mandiri"),
    "paket": ("J&T Express", "JNE Agen", "SiCepat Ekspres", "Agen Shopee Xpress", "ID Express", "Lion Parcel"),
    "lpg": ("Pangkalan LPG 3 Kg", "Pangkalan Gas Elpiji", "Agen Gas & Galon"),
    "kebab": ("Kebab Turki Baba Rafi", "Kebab Ngabers", "Kebab Kings"),
    "roti": ("Roti Gembong", "Martabak Orins", "Roti O"),
    "madura": ("Warung Madura", "Warung Madura", "Toko Madura", "Warung Madura 24 Jam"),
}


class Trade(NamedTuple):
    key: str
    cities: str
    settings: tuple[str, ...]
    weights: tuple[int, ...]
    heads: tuple[str, ...]
    acts: tuple[str, ...]
    goods: tuple[str, ...]
    codes: tuple[str, ...]
    code_weights: tuple[int, ...]
    code_2025: str
    sales: float
    workers: float
    capital: float
    folk: str
    common: float


_TRADES = """
kelontong;*;h9k6r2m2;Warung|Toko|Warung Sembako|Kios|Toko Kelontong;menjual sembako dan kebutuhan sehari-hari|
 perdagangan eceran sembako|warung kelontong|jualan kebutuhan harian|jual campuran;sembako|beras, minyak, gula|
 mie instan|rokok|sabun|jajanan anak|minuman|telur|kopi sachet;47112:16 47192:3 47249:1 47829:1 47112:2;47112;
 11 0.3 5;;26
madura;jbs;k6r3;Warung Madura|Toko;menjual sembako 24 jam|warung sembako|perdagangan eceran sembako, bensin eceran|
 jualan sembako dan bensin;sembako|rokok|bensin|beras|minyak goreng|air galon|gas;47112:10 47192:2 47302:1;47112;
 48 1.2 60;madura;4
sayur;*;h3k3m5c4;Warung Sayur|Tukang Sayur|Lapak Sayur;menjual sayuran|pedagang sayur|jualan sayur keliling|
 perdagangan sayur mayur;sayuran|sayur mayur|tahu tempe|bumbu dapur|cabai, bawang|ikan;
 47213:5 47813:5 47991:4 47813:1 47112:1;47213;13 0.3 2;;7
warteg;j;k4r5;Warteg|Warung Tegal;warung makan|rumah makan warteg|menjual nasi dan lauk pauk|usaha warteg;
 nasi rames|nasi dan lauk|makanan|sayur matang;56102:8 56103:3 56101:1;56102;42 2.4 70;tegal;5
nasi;*;h4k5r2c2;Warung Nasi|Warung Makan|RM|Kantin;warung nasi|menjual nasi campur|rumah makan|jualan makanan jadi|
 penyediaan makanan;nasi campur|nasi rames|lauk pauk|makanan dan minuman|ayam goreng|sayur asem;
 56102:8 56103:4 56104:1;56102;18 0.8 8;;8
padang;*;r5k3;RM Padang|Rumah Makan|Masakan Padang;rumah makan padang|menjual masakan padang|usaha nasi padang;
 nasi padang|rendang|nasi dan lauk|makanan padang;56102:6 56101:2 56103:2;56101;45 2.6 60;minang;2.4
nasgor;*;c8k2;Nasi Goreng|Nasgor;jualan nasi goreng|menjual nasi goreng dan mie goreng|
 pedagang nasi goreng keliling|penyediaan makanan keliling;nasi goreng|mie goreng|kwetiau|nasi gila|capcay;
 56104:6 56103:4 56102:2;56104;15 0.4 7;tegal;4.5
pecel;*;c6k4;Pecel Lele|Penyetan|Lalapan|Sari Laut;warung tenda pecel lele|menjual ayam dan lele goreng|penyetan|
 jualan pecel lele|warung sari laut;pecel lele|ayam goreng|bebek goreng|nasi uduk|tahu tempe penyet|ikan bakar;
 56103:5 56104:4 56102:4;56103;27 1.2 12;lamongan;4
bakso;*;c6k4h2r1;Bakso|Mie Ayam|Bakso & Mie Ayam|Mie Ayam Bakso;menjual bakso|jualan bakso keliling|
 pedagang mie ayam bakso|kedai bakso;bakso|mie ayam|bakso urat|es teh|pangsit;56104:4 56103:6 56102:2 10750:1;56103;
 17 0.5 9;wonogiri;5.5
gorengan;*;c6h4k2;Gorengan|Warung;jualan gorengan|menjual gorengan|pedagang gorengan;gorengan|
 bakwan, tempe, pisang goreng|pisang goreng|tahu isi|cireng;56104:3 47829:3 56103:2 10750:1 47249:1;56104;8 0.2 1.5;
 ;5
bubur;jbs;c7h2k2;Bubur Ayam;jualan bubur ayam|menjual bubur ayam|pedagang bubur keliling;bubur ayam|sate usus|
 bubur kacang hijau;56104:5 56103:4 10750:1;56104;11 0.3 5;cirebon;2.6
uduk;j;h6c3k2;Nasi Uduk|Nasi Uduk & Lontong Sayur;jualan nasi uduk|menjual nasi uduk dan lontong sayur|sarapan pagi;
 nasi uduk|lontong sayur|gorengan|ketupat sayur|nasi kuning;56103:4 56104:3 56102:3 10750:1;56103;9 0.3 2;betawi;4
kuning;bsm;h6c3k2;Nasi Kuning|Kupat Tahu|Sarapan;jualan nasi kuning|sarapan pagi|menjual nasi kuning;nasi kuning|
 kupat tahu|lontong|nasi bungkus|gorengan;56103:4 56104:3 56102:3;56103;8 0.3 2;;3
sate;*;c6k3;Sate Madura|Sate Ayam|Sate;jualan sate|menjual sate ayam dan kambing|pedagang sate keliling;sate ayam|
 sate kambing|lontong|sop kambing;56104:5 56103:5 56102:2;56103;18 0.6 8;madura;2.5
soto;*;c4k5r1;Soto|Soto Ayam Lamongan|Soto Betawi;menjual soto|warung soto|jualan soto ayam;soto ayam|soto daging|
 nasi soto|es jeruk;56103:5 56102:4 56104:2;56103;16 0.7 8;lamongan;2.4
esteh;*;c5k5;Es Teh|Es Teh Jumbo;jualan es teh|menjual minuman es teh|kedai minuman;es teh|thai tea|es teh jumbo|
 lemon tea|minuman dingin;56304:4 56306:5 47222:1 47826:1;56306;9 0.8 7;;3.5
es;*;c6h3k2;Es Campur|Es Kelapa Muda|Pop Ice|Es;jualan es|menjual minuman|penjual es keliling|jualan pop ice;
 es campur|es kelapa muda|pop ice|jus buah|es doger|es buah;56306:6 56304:4 47826:1 10532:1;56306;7 0.2 2;;4
kopi;*;k5h3c3;Warkop|Warung Kopi|Kedai Kopi;warung kopi|menjual kopi dan mie rebus|warkop|usaha kedai kopi;kopi|
 mie rebus|indomie|es teh|gorengan|rokok;56304:4 56303:4 56103:3 56306:1;56304;12 0.5 6;kuningan;4.5
cilok;*;c8h2;Cilok|Batagor|Siomay|Cuanki;jualan cilok|pedagang keliling|menjual siomay dan batagor|
 jualan jajanan keliling;cilok|batagor|siomay|cimol|telur gulung|somay;56104:6 47992:3 10750:1 56103:1;56104;
 7 0.1 1.5;garut;5
seblak;jb;h5c3k3;Seblak|Kedai Seblak;jualan seblak|menjual seblak dan makanan pedas|kedai seblak;seblak|baso aci|
 ceker|cireng|mie pedas;56103:6 56104:3 56102:1;56103;10 0.5 4;;3
martabak;*;c6k4;Martabak|Martabak Manis & Telor|Terang Bulan;menjual martabak|jualan martabak manis dan telor|
 pedagang martabak;martabak manis|martabak telor|terang bulan;56104:5 56103:4 10710:1;56104;22 0.9 14;tegal;2.2
fried;*;c4k6;Ayam Goreng|Fried Chicken|Ayam Geprek;menjual ayam goreng|fried chicken|usaha ayam geprek|
 jualan ayam crispy;ayam goreng|fried chicken|ayam geprek|nasi ayam;56103:6 56104:3 56102:2;56103;21 1.1 14;;3
kebab;*;c6k2;Kebab|Burger;jualan kebab|menjual kebab dan burger;kebab|burger|hotdog;56104:5 56103:4;56104;11 0.6 12;
 ;1.2
ikanbakar;m;k4c3h2;Warung|Sari Laut|RM;menjual ikan bakar|warung makan|pallubasa dan coto;coto|pallubasa|ikan bakar|
 konro|songkolo|nasi kuning;56102:6 56103:3 56101:1;56102;26 1.4 15;bugis;5
epe;m;c5h5;Pisang Epe|Jalangkote|Kue;jualan pisang epe|membuat dan menjual jalangkote|jualan kue tradisional;
 jalangkote|pisang epe|barongko|pisang ijo|buroncong|panada;56104:4 10710:4 47242:2 56103:1;10710;9 0.4 2;bugis;4
rujak;s;k4c3h4;Rujak Cingur|Tahu Tek|Lontong Balap|Tahu Campur;menjual rujak cingur|jualan tahu tek|
 warung lontong balap;rujak cingur|tahu tek|lontong balap|gado-gado|lontong kupang;56103:4 56104:4 56102:3;56103;
 11 0.3 4;;4
ketoprak;jb;c7k2;Ketoprak|Gado-Gado|Karedok|Lotek;jualan ketoprak|menjual gado-gado|pedagang ketoprak;ketoprak|
 gado-gado|lotek|karedok;56104:5 56103:4;56104;9 0.1 3;cirebon;2.4
catering;*;h8r1o1;Catering|Dapur|Pawon;catering|menerima pesanan nasi box|jasa boga|masak pesanan;nasi box|tumpeng|
 snack box|aneka masakan|prasmanan;56210:5 56290:3 10750:2 56102:1;56210;14 1.4 8;;3
kue;*;h8o3m2;Kue|Dapur|Aneka Kue|Cookies;membuat kue|industri kue dan roti|produksi kue basah|jualan kue pesanan|
 home industri kue kering;kue basah|kue kering|bolu|brownies|risoles, lemper|donat|roti;
 10710:8 47242:3 10750:1 47822:1;10710;8 0.6 4;;6
keripik;*;h7o4;Keripik|Kripik|Snack|Sambal;produksi keripik|membuat keripik dan makanan ringan|
 industri makanan ringan|jual makanan ringan online;keripik singkong|basreng|keripik pisang|sambal botol|kerupuk|
 rempeyek|kacang;10794:6 10799:2 10793:1 47249:1 47911:1;10794;9 0.9 5;;4
frozen;*;h6o4k2;Frozen Food|Toko Frozen;menjual makanan beku|jualan frozen food|agen sosis dan nugget;nugget|sosis|
 dimsum|bakso frozen|kentang|frozen food;47245:4 47249:3 47911:2 10750:1;47245;15 0.4 12;;2.4
tempe;*;h8m2;Tempe|Pengrajin Tempe|Tahu;membuat tempe|industri tempe kedelai|produksi dan jual tempe|pengrajin tahu;
 tempe|tahu|tempe daun|tahu putih;10391:7 10392:2 47824:1 47244:1;10391;24 1.2 10;pekalongan;2.4
laundry;*;k6h4r4;Laundry|Laundry Kiloan;laundry kiloan|jasa cuci setrika|usaha laundry|jasa binatu;cuci kiloan|
 cuci setrika|laundry|bed cover|jasa cuci;96200:12 96200:1 95220:1;96100;13 1.1 22;;6
pulsa;*;k6h3r3;Konter|Cell|Ponsel|Celluler;menjual pulsa|konter pulsa dan aksesoris hp|jualan pulsa dan kuota|
 counter hp;pulsa|kuota internet|kartu perdana|aksesoris hp|token listrik|voucher;
 47414:6 61994:0 47920:2 47414:1 47877:1;47411;16 0.5 14;;6
brilink;*;k5h4r3;Agen BRILink|BRILink;agen brilink|transfer dan tarik tunai|jasa pembayaran;tarik tunai|transfer|
 pembayaran listrik|top up|jasa keuangan;66199:3 64190:0 82990:3 47920:2 66199:1;66199;9 0.4 25;;2.5
servishp;*;k5r3h2;Servis HP|Service Center|Servis Elektronik;servis hp|reparasi handphone|jasa servis elektronik|
 perbaikan tv dan kipas;servis hp|ganti lcd|servis elektronik|perbaikan hp|aksesoris;95120:6 95210:4 47414:1;95100;
 10 0.4 8;;3
lpg;*;h5k4r1;Pangkalan LPG|Agen Gas|Gas & Galon;pangkalan gas lpg|menjual gas elpiji dan air galon|
 perdagangan gas lpg|jualan gas dan galon;gas lpg 3 kg|air galon|gas elpiji|aqua galon;
 47772:8 47892:1 46610:1 47222:1;47730;38 0.7 28;;3.4
galon;*;h4k4r2;Depot Air|Isi Ulang|Depot Air Minum;depot air minum isi ulang|menjual air isi ulang|usaha air galon;
 air isi ulang|air galon|air minum;11052:8 47222:2 36001:1;11052;9 0.6 30;;2.6
bensin;*;h4k5;Pertamini|Bensin Eceran;menjual bensin eceran|pertamini|jualan bensin;bensin|pertalite|oli;
 47302:4 47892:4 47996:1;47300;14 0.1 10;;1.8
bengkel;*;k6r4h2;Bengkel|Bengkel Motor|Motor;bengkel motor|servis sepeda motor|reparasi motor|
 jasa bengkel dan jual oli;servis motor|ganti oli|sparepart|tune up|oli;45407:9 45406:3;95320;17 0.9 20;;4.6
tambal;*;k7c2;Tambal Ban|Tubles;tambal ban|jasa tambal ban motor;tambal ban|isi angin|ban dalam;
 45407:7 45406:1 45201:1;95320;6 0.1 4;batak;2
steam;*;k5r2;Cuci Motor|Steam;cuci motor|jasa steam motor dan mobil;cuci motor|cuci mobil|steam;45407:5 45202:4;
 95320;9 1.5 15;;1.6
jahit;*;h7k3m1;Penjahit|Permak|Modiste|Tailor;penjahit|jasa jahit pakaian|permak levis|menjahit baju pesanan;
 jahit baju|permak|vermak jeans|kebaya|baju seragam;14120:8 95299:2 14111:1;14120;6 0.4 5;;5
konveksi;*;h8r2;Konveksi|Collection|Garment;konveksi|industri pakaian jadi|produksi kaos dan celana|
 jasa jahit borongan;kaos|celana|seragam|gamis|jaket|baju anak|mukena;14111:9 14120:2 47711:1;14111;48 4.5 45;;3.5
baju;*;m6r3k2o4;Toko|Collection|Fashion|Busana;menjual pakaian|perdagangan eceran pakaian|toko baju|
 jualan baju online;pakaian|baju anak|gamis|celana|daster|kaos|jilbab;47711:6 47832:5 47912:4;47711;20 0.6 25;
 minang;6
hijab;*;o6h4m2;Hijab|Olshop|Store|Shop;jualan hijab online|menjual kerudung dan gamis|online shop busana muslim;
 hijab|kerudung|gamis|mukena|pashmina;47912:5 47711:3 47713:3 47834:1;47711;11 0.4 7;;4
kosmetik;*;o5h3r2m1;Beauty|Skincare|Kosmetik|Shop;reseller skincare|menjual kosmetik|jualan kosmetik online|
 toko kosmetik;skincare|kosmetik|parfum|sabun wajah|body lotion;47724:5 47911:4 47844:1;47722;12 0.4 9;;3
olshop;*;o8h3;Shop|Store|Official;jualan online|menjual barang lewat shopee|dropship|toko online;aksesoris|
 perlengkapan rumah|mainan anak|tas|casing hp|barang campuran;47914:5 47919:3 47913:2 47912:1;47599;14 0.5 8;;3.4
sepatu;*;m3r3h2o2;Toko Sepatu|Shoes|Sandal;menjual sepatu dan sandal|toko sepatu|perdagangan eceran alas kaki;
 sepatu|sandal|sepatu sekolah;47712:5 47833:3 47912:1;47712;18 0.5 20;;1.8
sepatubdg;b;h8r2;Shoes|Sepatu Kulit|Bengkel Sepatu;membuat sepatu|industri alas kaki|pengrajin sepatu kulit;
 sepatu kulit|sandal|sepatu wanita|sepatu pria;15201:7 15209:2 47712:1;15201;22 3 20;sunda;2.6
salon;*;h4k3r4;Salon|Salon Rias|Beauty;salon kecantikan|jasa potong rambut dan rias|salon;potong rambut|rebonding|
 facial|rias pengantin|creambath;96112:8 96111:1 96122:1;96220;9 0.8 14;;3.2
pangkas;*;k7r3;Pangkas Rambut|Barbershop|Barber;pangkas rambut pria|jasa cukur rambut|barbershop;potong rambut|
 cukur|semir;96111:9 96112:1;96210;9 0.7 9;garut;3
kos;*;h10r1;Kos|Kontrakan|Rumah Kost|Kost Putri|Pondok;menyewakan kamar kos|sewa kontrakan|usaha kost|
 penyewaan rumah petak;kamar kos|kontrakan|sewa kamar|rumah petak;55900:5 68111:6 55199:1;55900;7 0.2 120;;7
fotokopi;*;r4k5;Fotokopi|Foto Copy|ATK;fotokopi dan atk|jasa fotokopi dan print|toko alat tulis;fotokopi|print|
 alat tulis|jilid|laminating|pas foto;82190:6 47611:3 18120:1;82100;13 0.8 30;;2.4
sablon;*;h4r4k2;Percetakan|Sablon|Digital Printing|Advertising;percetakan|sablon kaos|jasa cetak undangan|
 cetak spanduk;undangan|spanduk|sablon kaos|stiker|banner;18111:5 18112:2 18120:1 14111:1;18110;20 1.6 35;;2
bangunan;*;r6k3;TB|Toko Bangunan|UD;menjual bahan bangunan|toko material|perdagangan bahan bangunan;semen|pasir|cat|
 paku|pipa|besi|keramik;47528:6 47524:2 47521:1;47520;70 2 150;tionghoa;1.7
listrik;*;r5k3m2;Toko Listrik|Elektrik|Toko;menjual alat listrik|toko alat listrik dan lampu|toko elektronik;lampu|
 kabel|saklar|kipas angin|alat listrik;47592:6 47861:1 47862:2;47540;24 0.8 50;;1.3
mebel;*;h3r3k3;Mebel|Meubel|Kusen|Furniture;membuat mebel|industri furnitur kayu|pembuatan kusen dan lemari;lemari|
 kusen|kitchen set|meja kursi|pintu;31001:7 47591:2 16221:0;31001;26 2 30;;1.5
las;*;k6r2;Bengkel Las|Las Listrik;bengkel las|pembuatan pagar dan kanopi|jasa las besi;pagar|kanopi|teralis|
 tralis jendela|rolling door;25111:6 25119:2 25999:1;25110;21 1.6 25;;1.6
ayam;*;m7k2h2;Ayam Potong|Lapak Ayam;menjual ayam potong|pedagang ayam|jualan daging ayam;ayam potong|daging ayam|
 ceker|ati ampela;47814:5 47214:5 47245:1;47214;46 0.8 10;;3
ikan;*;m7c2k1;Lapak Ikan|Ikan;pedagang ikan|menjual ikan segar|jualan ikan;ikan segar|ikan laut|udang|ikan asin|
 cumi|bandeng;47815:6 47215:4 47825:1;47215;28 0.5 6;;3
bumbu;*;m8h1;Bumbu|Kelapa Parut|Toko;menjual bumbu dapur|pedagang kelapa parut|jualan bumbu giling;bumbu giling|
 kelapa parut|bawang|cabai|rempah;47819:2 47813:4 47213:2 47249:1;47213;16 0.4 5;;2.6
buah;*;c5k4m3;Buah|Toko Buah|Lapak Buah;menjual buah|pedagang buah|jualan buah keliling;buah|semangka|pisang|jeruk|
 mangga|apel;47812:4 47212:5 47991:2;47212;20 0.4 7;;3
beras;*;r4m3k2;Toko Beras|Agen Beras|UD;menjual beras|agen beras dan telur|perdagangan beras;beras|telur|
 minyak goreng;47241:6 47821:2 46315:0 47112:2;47240;62 0.9 50;;1.7
jamu;*;c5h4k2;Jamu|Jamu Gendong|Depot Jamu;jualan jamu gendong|menjual jamu|peracik jamu;jamu|kunyit asam|
 beras kencur|jamu seduh;56305:3 47723:3 56306:3 47843:1 11090:1;56300;5 0.1 1;wonogiri;2
rongsok;*;k4h4;Lapak Rongsok|Barang Bekas|Besi Tua;pengepul barang bekas|jual beli rongsok|lapak besi tua;kardus|
 botol plastik|besi tua|barang bekas;46696:5 47749:3 38110:2 38301:1;46870;30 1.5 20;madura;2
burung;*;k5h3m1;Pet Shop|Pakan Burung|Ikan Hias;menjual pakan burung|toko pakan hewan|jual ikan hias dan akuarium;
 pakan burung|makanan kucing|ikan hias|kandang;47754:5 47751:3 47753:2;47730;12 0.3 14;;1.6
mainan;*;m4c3k2;Toko Mainan|Aksesoris;menjual mainan anak|jualan aksesoris dan mainan;mainan anak|balon|aksesoris|
 boneka;47640:4 47882:4 47998:2;47640;9 0.2 5;;1.6
herbal;*;k4r3;Toko Obat|Herbal;toko obat|menjual obat herbal dan madu;obat|madu|herbal|minyak urut;47722:4 47723:4;
 47720;13 0.4 20;;1
ps;*;h5k4;Rental PS|Game Center|Warnet;rental playstation|warnet|sewa ps;rental ps|main game|warnet;
 93293:6 61994:0 77292:2;93290;6 0.2 25;;1.5
les;*;h8r2;Bimbel|Les|Rumah Belajar;les privat|bimbingan belajar anak|les calistung;bimbel|les calistung|
 les mengaji|les matematika;85495:6 85499:3;85500;5 0.8 4;;1.4
pijat;*;h6k3;Pijat|Bekam|Urut;pijat dan urut|jasa pijat refleksi|bekam;pijat|bekam|urut|refleksi;
 96121:4 96129:4 86903:0;96230;5 0.1 2;;1.7
paket;*;r4k5;Agen Paket|Ekspedisi;agen pengiriman paket|jasa ekspedisi|agen kurir;pengiriman paket|jasa kirim|kurir;
 53202:5 53201:4;53200;14 1 12;;1.5
plastik;*;r4m4k2;Toko Plastik|Toko Bahan Kue;menjual plastik dan kemasan|toko bahan kue|jualan kantong plastik;
 plastik|kantong kresek|gelas cup|bahan kue|tepung;47737:5 47593:3 47249:2;47770;28 0.9 40;;1.8
bekas;*;m4k3o3;Thrift|Cakar|Baju Bekas;jualan pakaian bekas|thrift shop|menjual baju bekas impor;pakaian bekas|
 jaket|kaos bekas|celana jeans;47742:4 47895:4 47912:2;47740;13 0.4 8;;1.4
vape;*;r3k5;Vape Store|Tobacco|Toko Rokok;menjual rokok|toko tembakau|vape store;rokok|liquid|tembakau|vape;
 47230:6 47827:1;47230;22 0.7 30;;1.2
rias;*;h7r1;Rias Pengantin|Sewa Tenda|Wedding;sewa tenda dan alat pesta|jasa rias pengantin|dekorasi;sewa tenda|
 rias pengantin|kursi|dekorasi|sound system;77291:5 96112:3 82302:1;77290;13 1.5 45;;1.6
ac;*;h5k3;Servis AC|Teknik;servis ac dan kulkas|jasa cuci ac|reparasi mesin cuci;servis ac|cuci ac|servis kulkas|
 mesin cuci;95220:6 43224:4;95220;10 0.8 9;;1.5
tanaman;*;k4h3;Tanaman Hias|Florist;menjual tanaman hias|jual bunga dan pot;tanaman hias|pot|bunga|pupuk;
 47762:5 47819:1 47761:2;47760;6 0.2 4;;0.9
ojek;*;h6;Ojek Online|Jasa Antar;ojek online|driver ojol|jasa antar;jasa ojek|antar jemput|antar makanan;
 49424:6 53201:1;49320;5 0 18;;1.2
ksp;*;k3r2h1;Koperasi|KSP;simpan pinjam|usaha simpan pinjam anggota|memberi pinjaman kepada anggota;
 simpan pinjam|pinjaman anggota|simpanan anggota;64141:6 64142:4;64190;25 1.5 40;;0
ksu;*;k3r2h1;Koperasi|KSU;toko sembako anggota|serba usaha|menjual sembako dan simpan pinjam;
 sembako|simpan pinjam|gas lpg|beras|pupuk;47112:5 64142:3 47192:1;47112;20 1 50;;0
gerai;*;k3r2;Gerai|Unit Toko;menjual sembako|gerai sembako koperasi;sembako|beras|gas lpg|minyak goreng;
 47112:6 47192:1;47112;18 1 30;;0
"""


def _weighed(pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(each for each, _ in pairs), tuple(int(weight) for _, weight in pairs)


def _trade(line: str) -> Trade:
    key, cities, settings, heads, acts, goods, codes, code_2025, figures, folk, common = line.split(";")
    where, weights = _weighed(re.findall(r"([a-z])(\d+)", settings))
    readings, code_weights = _weighed(re.findall(r"(\d{5}):([1-9]\d*)", codes))
    sales, workers, capital = (float(each) for each in figures.split())
    return Trade(
        key=key,
        cities="jbsm" if cities == "*" else cities,
        settings=where,
        weights=weights,
        heads=tuple(heads.split("|")),
        acts=tuple(acts.split("|")),
        goods=tuple(goods.split("|")),
        codes=readings,
        code_weights=code_weights,
        code_2025=code_2025,
        sales=sales,
        workers=workers,
        capital=capital,
        folk=folk,
        common=float(common),
    )


TRADES = {each.key: each for each in map(_trade, _TRADES.strip().replace("\n ", "").splitlines())}

HOMES = {
    "tegal": ("jawa", ("33.28", "33.29", "33.28", "33.76")),
    "lamongan": ("jawa", ("35.24", "35.24", "35.22")),
    "wonogiri": ("jawa", ("33.12", "33.11", "33.13")),
    "pekalongan": ("jawa", ("33.26", "33.75", "33.25")),
    "cirebon": ("jawa", ("32.09", "32.12", "33.29")),
    "kuningan": ("sunda", ("32.08", "32.08", "32.10")),
    "garut": ("sunda", ("32.05", "32.06", "32.11")),
}
# What a shop turns into when its line of goods changes, and it stays the same shop.
KIN_TRADES = (
    (
        "gorengan",
        "es",
        "uduk",
        "kuning",
        "nasi",
        "seblak",
        "cilok",
        "esteh",
        "kopi",
        "bubur",
        "ketoprak",
        "rujak",
        "epe",
    ),
    ("kelontong", "sayur", "bensin", "lpg", "galon", "kopi", "beras"),
    ("nasgor", "pecel", "soto", "sate", "bakso", "martabak", "fried", "ikanbakar", "padang", "warteg"),
    ("pulsa", "brilink", "servishp", "paket", "fotokopi", "vape"),
    ("baju", "hijab", "kosmetik", "olshop", "sepatu", "bekas", "mainan"),
    ("kue", "keripik", "frozen", "catering"),
    ("bengkel", "tambal", "steam", "las", "ac"),
    ("ayam", "ikan", "bumbu", "sayur", "buah"),
)
