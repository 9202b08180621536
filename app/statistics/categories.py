"""What the categories of both editions of KBLI are called, by edition and letter. Pure.

Sources: Peraturan BPS 2/2020 and 7/2025 (Indonesian); ISIC Rev. 4 and Rev. 5 (English), which they follow.
"""

from collections.abc import Mapping

from app.core.problems import Text

_OF_2020 = {
    "A": ("Pertanian, Kehutanan, dan Perikanan", "Agriculture, forestry and fishing"),
    "B": ("Pertambangan dan Penggalian", "Mining and quarrying"),
    "C": ("Industri Pengolahan", "Manufacturing"),
    "D": ("Pengadaan Listrik, Gas, Uap/Air Panas, dan Udara Dingin", "Electricity, gas, steam and air conditioning"),
    "E": ("Pengelolaan Air, Air Limbah, dan Sampah; Remediasi", "Water supply; sewerage, waste and remediation"),
    "F": ("Konstruksi", "Construction"),
    "G": ("Perdagangan; Reparasi Mobil dan Sepeda Motor", "Trade; repair of motor vehicles and motorcycles"),
    "H": ("Pengangkutan dan Pergudangan", "Transportation and storage"),
    "I": ("Penyediaan Akomodasi dan Makan Minum", "Accommodation and food service"),
    "J": ("Informasi dan Komunikasi", "Information and communication"),
    "K": ("Aktivitas Keuangan dan Asuransi", "Financial and insurance activities"),
    "L": ("Real Estat", "Real estate"),
    "M": ("Aktivitas Profesional, Ilmiah, dan Teknis", "Professional, scientific and technical activities"),
    "N": ("Aktivitas Penyewaan, Ketenagakerjaan, dan Penunjang Usaha", "Administrative and support services"),
    "O": (
        "Administrasi Pemerintahan, Pertahanan, dan Jaminan Sosial",
        "Public administration, defence, social security",
    ),
    "P": ("Pendidikan", "Education"),
    "Q": ("Aktivitas Kesehatan Manusia dan Sosial", "Human health and social work"),
    "R": ("Kesenian, Hiburan, dan Rekreasi", "Arts, entertainment and recreation"),
    "S": ("Aktivitas Jasa Lainnya", "Other services"),
    "T": ("Aktivitas Rumah Tangga sebagai Pemberi Kerja", "Households as employers"),
    "U": ("Aktivitas Badan Internasional", "Extraterritorial organizations"),
}
_OF_2025 = {
    **{letter: _OF_2020[letter] for letter in "ABF"},
    "C": ("Industri", "Manufacturing"),
    "D": ("Penyediaan Listrik, Gas, Uap/Air Panas, dan Udara Dingin", "Electricity, gas, steam and air conditioning"),
    "E": ("Penyediaan Air; Air Limbah, Limbah, dan Remediasi", "Water supply; sewerage, waste and remediation"),
    "G": ("Perdagangan Besar dan Eceran", "Wholesale and retail trade"),
    "H": ("Transportasi dan Penyimpanan", "Transportation and storage"),
    "I": ("Penyediaan Akomodasi dan Makan Minum", "Accommodation and food service"),
    "J": ("Penerbitan, Penyiaran, serta Produksi dan Distribusi Konten", "Publishing, broadcasting and content"),
    "K": ("Telekomunikasi, Pemrograman, dan Jasa Informasi", "Telecommunication, computing and information services"),
    "L": _OF_2020["K"],
    "M": ("Real Estat", "Real estate"),
    "N": _OF_2020["M"],
    "O": ("Aktivitas Administratif dan Penunjang Usaha", "Administrative and support services"),
    "P": _OF_2020["O"],
    "Q": ("Pendidikan", "Education"),
    "R": _OF_2020["Q"],
    "S": ("Kesenian, Olahraga, dan Rekreasi", "Arts, sports and recreation"),
    "T": ("Aktivitas Jasa Lainnya", "Other services"),
    "U": _OF_2020["T"],
    "V": _OF_2020["U"],
}

CATEGORIES: Mapping[str, Text] = {
    f"{edition}:{letter}": Text(*words)
    for edition, letters in (("2020", _OF_2020), ("2025", _OF_2025))
    for letter, words in letters.items()
}
"""`2020:G` and its name."""
