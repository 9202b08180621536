"""Names, trades, lanes, brands and spellings of the city and its suburbs."""

from typing import NamedTuple

MEN, WOMEN = "male", "female"

# Of each people: given and second names of men, then of women.
FOLKS_TEXT = """
Sutrisno Suparman Slamet Sugeng Bambang Agus Eko Dwi Joko Wahyu Budi Heri Mulyono Sukardi Suyatno Sunaryo
Santoso Prasetyo Wibowo Setiawan Nugroho Purnomo Susanto Hartono Utomo Raharjo Kurniawan Cahyono Saputra
Sumiyati Suparti Sri Siti Endang Wahyuni Tri Ngatini Sulastri Kasmirah Tutik Yuni Dewi Rini Partini Sukarsih
Wahyuningsih Lestari Handayani Rahayu Astuti Wulandari Utami Hastuti Purwanti Ningsih Kartika Mulyani
Asep Ujang Dadang Cecep Dede Endang Tatang Yayan Iwan Aceng Maman Engkos Deden Jajang Wawan Encep Nana Entis
Sunandar Suryana Hidayat Mulyana Rohmana Kosasih Saepudin Kurnia Permana Sutisna Supriatna Hermawan Ruhiyat
Euis Neneng Iis Ai Cucu Lilis Imas Teti Elis Nyai Yayah Eulis Tuti Wiwi Nining Entin Dedeh
Komariah Nurjanah Kurniasih Rohaeti Suryati Maryani Juariah Solihat Nuraeni Sukaesih Rosmiati Yulianti
Marzuki Rojali Sanusi Naman Mursidi Nasrullah Sarmili Jayadi Ahmad Muhammad Abdul Asmat Namin Saiful Rohman
Rohim Syarif Hasanudin Marhali Saidi Fauzi Nawawi Muhtar Gofur Hamid Yusuf Zaelani Syahroni
Maesaroh Rohmah Nurhayati Siti Romlah Masitoh Aminah Hafsah Munaroh Nuraini Saodah Salamah Asiah Fatimah
Rohani Mariam Zahro Aisyah Jubaedah Halimah Nurlela Musyarofah Hasanah Khodijah
Tigor Binsar Parlindungan Jhonson Hotman Manahan Robert Saut Togar Marihot Ronald Edison Jonter
Simanjuntak Sihombing Nainggolan Hutagalung Siregar Manurung Situmorang Sinaga Panjaitan Silalahi Tampubolon
Rosmaida Tiurma Lamria Hotmauli Duma Rotua Nurmala Lasma Riris Mariana Ida Erika Sondang
Simanjuntak Sihombing Nainggolan Hutagalung Siregar Manurung Situmorang Sinaga Panjaitan Silalahi Tampubolon
Yusrizal Zulkifli Afrizal Syafrizal Ermanto Jasman Hendri Masrul Syamsuardi Nasrul Andri Jufri Firdaus Edi
Chaniago Piliang Koto Tanjung Sikumbang Jambak Putra Guci Malin Syahputra
Yulinar Ermayanti Gusnita Rosmaini Nurbaiti Yusnimar Desmawati Fitri Asnimar Zuraida Elvina Murniati
Chaniago Yanti Piliang Koto Yeni Susanti Sari Wati Tanjung
Holil Sahri Buhari Hosnan Misnadin Rosi Mat Moh Abdul Musleh Sulaiman Junaidi Hasan Faruk Nawari Sukri
Holil Hosen Rohman Halim Toyib Basri Imron Fathorrosi Anwar Hakim Mukarrom Rofiq Sholeh
Sukrana Sitti Nurul Hotimah Muzayyanah Rukmina Hoiriyah Misriyah Satuni Maimunah Fatimah Jumaati Suhairiyah
Aisyah Qomariyah Jannah Hotijah Hasanah Rohmah Zainab Kholifah Maryam Hamidah
Hendra Budi Andi Johan Stefanus Kevin Yohanes Tjandra Edy Rudy Benny Suryadi Iwan Lukas Wiliam Hadi
Tanujaya Wijaya Halim Gunawan Santoso Kurniawan Salim Hartono Susanto Lukito Budiman Setiadi Limanto Sutanto
Melani Lina Vivi Yenny Lily Fransiska Meliana Susan Linda Cynthia Jenny Mei Silvia Agnes Ingrid
Tanujaya Wijaya Halim Gunawan Santoso Kurniawan Salim Hartono Susanto Lukito Budiman Setiadi Limanto Sutanto
"""
PEOPLES = ("java", "sunda", "betawi", "batak", "minang", "madura", "china")
CHINESE = "Tan Lim Oei Liem Tjan Kwee Go The Ong Sie", "Bing Kok Mei Giok Lan Hok Seng Swie Lian Hwa Liong Tik Ing"
HOMES = {  # where a NIK was first issued, if not here
    "java": "332805 332612 331204 331015 352413 350607",
    "sunda": "320513 320711 320830",
    "betawi": "317404 317507",
    "batak": "120206 127109 121203",
    "minang": "130606 130509",
    "madura": "352604 352708",
    "china": "327301 337405",
}
# The city and how many of each people live there; districts with their points and villages.
CITIES_TEXT = """
32.75 Bekasi 4 3 4 2 2 1 1|01 -6.238 107.013 Margahayu Durenjaya Aren_Jaya|05 -6.275 106.991 Pengasinan Bojong_Menteng
32.75 Bekasi 4 3 4 2 2 1 1|09 -6.294 106.957 Jatimekar Jatikramat Jatiasih|11 -6.308 107.028 Mustikasari Pedurenan
32.76 Depok 3 3 5 1 2 1 1|01 -6.397 106.805 Mampang Depok_Jaya|06 -6.372 106.820 Kemiri_Muka Pondok_Cina Kukusan
32.76 Depok 3 3 5 1 2 1 1|05 -6.388 106.845 Mekar_Jaya Abadijaya|02 -6.365 106.865 Mekarsari Tugu
35.78 Surabaya 6 1 0 1 1 4 2|03 -7.323 112.783 Kalirungkut Medokan_Ayu|04 -7.302 112.738 Jagir Ngagel_Rejo
35.78 Surabaya 6 1 0 1 1 4 2|16 -7.215 112.748 Wonokusumo Sidotopo|17 -7.222 112.775 Bulak_Banteng Tanah_Kali_Kedinding
33.74 Semarang 8 1 0 1 1 1 2|06 -7.010 110.470 Tlogosari_Kulon Palebon Plamongan_Sari|05 -6.965 110.470 Genuksari
33.74 Semarang 8 1 0 1 1 1 2|10 -7.055 110.440 Tembalang Sendangmulyo Bulusan|11 -7.065 110.415 Srondol Padangsari
"""
# Heads of the sign; codes, the usual one first; what they say; goods; places; sales of a month in millions; by whom
TRADES_TEXT = """
Warteg,Warung Tegal,Warung Nasi;56102 56103;warung nasi,menjual nasi dan lauk;nasi rames,nasi lauk;SKM;22;java
Ayam Geprek,Pecel Lele;56103 56102 56104;jual pecel lele,warung tenda ayam;pecel lele,ayam geprek;SK;14;java
RM Padang,Warung Padang;56102 56101;rumah makan padang,menjual masakan padang;rendang,nasi padang;SR;35;minang
Sate Madura,Soto Madura;56104 56103 56102;sate keliling,warung sate dan soto;sate ayam,soto ayam;SK;13;madura
Bakso,Mie Ayam,Bakso Solo;56103 56104 56102;menjual bakso,jualan mie ayam;bakso,mie ayam;SKM;12;java
Warung Kopi,Warkop,Warung Giras;56304 56103;warung kopi,jual kopi dan mie instan;kopi,mie rebus;SK;8;java sunda madura
Lapo,Warung;56102 56103;rumah makan batak,menjual masakan batak;saksang dan arsik,ikan arsik;SR;20;batak
Nasi Uduk,Warung Uduk;56103 56104;menjual nasi uduk,jualan sarapan pagi;nasi uduk,lontong sayur;SK;6;betawi sunda
Warung,Toko,Warung Sembako;47112 47111 47241;warung sembako,jual kebutuhan harian;beras,rokok dan snack;KSHM;15;
Toko,Toko Kelontong;47112 47111;toko kelontong 24 jam,warung madura;sembako,bensin eceran dan rokok;SKR;30;madura
Sayur,Warung Sayur,Kios;47213 47112;jual sayur mayur,pedagang sayur;sayuran,bumbu dapur;MMK;11;java
Kios Daging,Ayam Potong;47214 47112;menjual daging,pedagang ayam potong;daging sapi,ayam potong;MM;28;madura betawi
Toko Baju,Fashion,Konfeksi;47711 47511;menjual pakaian jadi,toko baju;gamis,kaos dan celana,baju anak;MMR;24;minang
Hijab,Olshop,Collection;47912 47711;jual baju online,toko di shopee;kerudung,baju anak;HHA;9;
Dapur,Snack,Frozen Food;47911 10792 10750;jual makanan online,terima pesanan kue;risoles,dimsum,brownies;HHA;6;
Catering,Dapur;56210 56290 10750;catering rumahan,terima pesanan nasi box;nasi box,tumpeng;HE;18;
Laundry,Laundry Kiloan;96200;jasa laundry kiloan,cuci setrika;cuci kering setrika,laundry kiloan;SHA;10;
Kos,Kost Putri,Kontrakan;55900 68111;sewa kamar kos,rumah kontrakan,kos kosan;kamar kos,kontrakan petak;HHE;9;
Bengkel,Bengkel Motor;45407 45201;bengkel motor,servis dan ganti oli;servis motor,ganti ban;SR;18;java betawi batak
Tambal Ban,Press Ban;45407 45201;tambal ban;tambal ban;S;5;batak
Bengkel Las,Las;25111 25920;bengkel las,membuat pagar dan kanopi;pagar besi,kanopi;SR;20;java
Cell,Ponsel,Konter;47414 95120;jual pulsa,konter hp;pulsa dan kuota,aksesoris hp,servis hp;SKR;12;minang china
Pangkas Rambut,Barbershop;96111;pangkas rambut pria,cukur rambut;potong rambut;SR;8;sunda madura
Salon,Rumah Cantik;96112;salon kecantikan,potong rambut dan make up;potong rambut,creambath,rias pengantin;SHA;9;
Penjahit,Konveksi,Taylor;14120 14111;menjahit pakaian,terima jahitan,permak;jahit baju,permak celana,seragam;HKM;7;
Fotocopy,Copy Center;82190 18111;fotokopi dan atk,percetakan;fotokopi,undangan;SR;15;minang
Depot Air,Air Isi Ulang;11052;isi ulang air galon,depot air minum;air galon;SK;9;
Mebel,Meubel;31001;membuat mebel kayu;lemari dan kursi,kitchen set;SR;26;java
Tempe,Tahu;10391 10392;membuat tempe,pengrajin tahu tempe;tempe,tahu;HK;16;java
Kerupuk,Keripik;10794;membuat kerupuk,produksi keripik;kerupuk,keripik singkong;HK;8;sunda
Servis AC,Elektronik;95220 95210;servis ac,reparasi elektronik;servis ac,perbaikan tv;HR;11;
Toko Bangunan,TB;47528;menjual bahan bangunan,toko material;semen dan pasir,cat;RR;60;china
Agen,Ekspedisi;53201;agen kurir paket;kirim paket;R;20;
Bimbel,Les;85495;bimbingan belajar,les anak sd;les calistung,les matematika;HE;7;batak
Es Teh,Kedai,Coffee;56304 56303 56306;minuman kekinian,jual es teh;es teh,kopi susu;SRA;15;
"""
BRANDS = {
    "Ayam Geprek": "Sabana Fried Chicken,Rocket Chicken,Geprek Bensu",
    "Es Teh": "Es Teh Indonesia,Teh Poci,Mixue",
    "Bakso": "Bakso Pakde,Mie Ayam Wonogiri,Bakso Malang Cak Eko",
    "Warteg": "Warteg Kharisma Bahari",
    "Sate Madura": "Soto Lamongan Cak Har,Sate Madura Cak Mat",
    "RM Padang": "RM Sederhana,RM Simpang Raya",
    "Agen": "Agen JNE,SiCepat",
    "Pangkas Rambut": "Pangkas Rambut Asgar",
    "Laundry": "Simply Fresh Laundry",
}
LUCKY = "Barokah Berkah Jaya Makmur Rejeki Mandiri Abadi Maju Putra Lancar Sejahtera Rizky Amanah Mulia Sinar".split()
LANES = (
    (
        "Melati Mawar Kenanga Swadaya Masjid Pahlawan Cempaka Anggrek Mangga Rambutan Merpati Flamboyan Dahlia Pemuda"
        " Cendrawasih Bougenville Gotong_Royong Kelapa_Dua Haji_Naman Kampung_Sawah Ki_Hajar_Dewantara Raya_Pasar"
    )
    .replace("_", "-")
    .split()
)
ESTATES = "Taman-Galaxy Griya-Asri Bumi-Permai Villa-Indah Graha-Kencana Puri-Harmoni".split()
TOWERS = "Center-Point Margonda-Residence Gunawangsa Puncak-Permai Grand-Kamala Paltrow-City".split()
PLACES = {"S": "street", "K": "home", "H": "home", "E": "home", "M": "market", "A": "apartment", "R": "shop"}
SOUNDS = (
    "dh-d th-t sy-s kh-k q-k f-p v-f z-j ae-ai iya-ia yy-y rr-r ss-s i-y o-u ti-thi ni-nie h- d-t e-i wa-wo".split()
)
OLD = "j-dj u-oe c-tj ny-nj y-j".split()
SKIPPED = "birth_date education products legal_name household nib phone workers capital started_year email".split()


class Trade(NamedTuple):
    """A kind of business: `places` has a letter for each kind of place, said twice where it is usual."""

    heads: list[str]
    codes: list[str]
    says: list[str]
    goods: list[str]
    places: str
    sales: float
    folks: list[str]


TRADES = [
    Trade(h.split(","), c.split(), s.split(","), g.split(","), p, float(m), f.split())
    for h, c, s, g, p, m, f in (line.split(";") for line in TRADES_TEXT.strip().splitlines())
]
LOANS = Trade(["Koperasi"], ["64141", "64143"], ["simpan pinjam", "usaha simpan pinjam"], ["pinjaman"], "R", 40, [])
