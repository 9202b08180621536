"""What each finding means, in Indonesian first. The list is closed: every code has its words, and a code that was
retired is never used again."""

from collections.abc import Mapping

from app.core.problems import Text

TEXTS: Mapping[str, Text] = {
    "field_required": Text("Isian ini wajib.", "This field is required."),
    "wrong_type": Text("Jenis nilainya salah.", "The value is of the wrong type."),
    "too_long": Text("Terlalu panjang.", "Too long."),
    "too_short": Text("Terlalu pendek atau kosong.", "Too short or empty."),
    "number_out_of_range": Text("Angka di luar batas.", "The number is out of range."),
    "number_not_finite": Text("Bukan angka yang berhingga.", "Not a finite number."),
    "not_a_choice": Text("Bukan salah satu pilihan.", "Not one of the choices."),
    "not_a_date": Text("Bukan tanggal atau waktu yang sah.", "Not a valid date or time."),
    "not_a_uuid": Text("Bukan UUID yang sah.", "Not a valid UUID."),
    "invalid_value": Text("Nilainya tidak sah.", "The value is not valid."),
    "text_not_storable": Text(
        "Teks memuat tanda yang tidak dapat disimpan.", "The text has signs that cannot be stored."
    ),
    "nested_too_deep": Text("Susunan terlalu dalam.", "Nested too deep."),
    "repeated_field": Text("Isian yang sama disebut lebih dari sekali.", "The same field is there more than once."),
    "name_without_letters": Text(
        "Nama harus memuat huruf atau angka.", "A name has a letter or a digit, of whatever script."
    ),
    "unknown_field": Text(
        "Isian ini tidak dikenal kuesioner; tetap disimpan.",
        "The questionnaire does not know this; it is kept.",
    ),
    "long_number_in_text": Text(
        "Ada angka panjang di dalam teks; tulislah nomor seseorang hanya di isiannya sendiri. Angka ini disamarkan.",
        "There is a long number in the text; write somebody's number only into its own field. It is shown masked.",
    ),
    "kbli_not_five_digits": Text("KBLI harus lima angka.", "KBLI must be five digits."),
    "kbli_unknown": Text(
        "Kode ini tidak ada dalam edisi KBLI-nya; data tetap diterima dan kegiatannya akan dikodekan petugas.",
        "Its edition of KBLI has no such code; the record is taken, and an officer finds the activity.",
    ),
    "kbli_version_not_taken": Text(
        "Kampanye ini tidak memakai edisi KBLI itu; kode tetap disimpan dengan edisinya.",
        "The campaign does not take that edition of KBLI; the code is kept with its edition.",
    ),
    "kbli_out_of_scope": Text(
        "Kegiatan ini di luar cakupan pendataan; periksa lagi.",
        "This activity is out of the census' scope; check it.",
    ),
    "nik_not_16_digits": Text("NIK harus 16 angka.", "A NIK has 16 digits."),
    "nik_province_unknown": Text("Kode provinsi dalam NIK tidak ada.", "The NIK's province does not exist."),
    "nik_region_zero": Text("Kode wilayah dalam NIK tidak boleh 00.", "The NIK's region may not be 00."),
    "nik_birth_date_impossible": Text("Tanggal lahir dalam NIK mustahil.", "The NIK's birth date is impossible."),
    "nik_serial_zero": Text("Nomor urut NIK tidak boleh 0000.", "The NIK's serial may not be 0000."),
    "nik_regency_unknown": Text(
        "Kabupaten/kota dalam NIK tidak ada di daftar; periksa kembali.",
        "The NIK's regency is not in the list; check again.",
    ),
    "nik_district_unknown": Text(
        "Kecamatan dalam NIK tidak ada di daftar; periksa kembali.",
        "The NIK's district is not in the list; check again.",
    ),
    "nik_birth_date_differs": Text("Tanggal lahir berbeda dengan NIK.", "The birth date differs from the NIK's."),
    "nik_sex_differs": Text("Jenis kelamin berbeda dengan NIK.", "The sex differs from the NIK's."),
    "nib_not_13_digits": Text("NIB harus 13 angka.", "A NIB has 13 digits."),
    "cooperative_number_not_5_to_20_digits": Text(
        "Nomor Induk Koperasi harus 5 sampai 20 angka.", "A cooperative number has 5 to 20 digits."
    ),
    "npwp_not_15_or_16_digits": Text("NPWP biasanya 15 atau 16 angka.", "An NPWP has 15 or 16 digits."),
    "npwp_checksum": Text("Angka periksa NPWP tidak cocok.", "The NPWP's check digit does not match."),
    "unidentified": Text(
        "Tanpa NIK, NIB, atau nomor koperasi: tidak dapat dikenali bila tercatat dua kali.",
        "Without NIK, NIB or cooperative number it cannot be recognised when it is recorded twice.",
    ),
    "size_class_large": Text("Usaha besar, di luar sasaran pendataan.", "A large business, out of the census' scope."),
    "refusal_without_reason": Text("Alasan menolak belum ditulis.", "The reason for refusing is missing."),
    "next_visit_needless": Text(
        "Kunjungan berikutnya hanya untuk yang tidak dapat ditemui.",
        "Only a door where nobody was met is visited again.",
    ),
    "next_visit_before_visit": Text(
        "Kunjungan berikutnya sebelum kunjungan ini.", "The next visit is before this one."
    ),
    "passport_not_5_to_20_signs": Text(
        "Nomor paspor terdiri atas 5 sampai 20 huruf dan angka.",
        "A passport number has 5 to 20 letters and digits.",
    ),
    "kitas_not_5_to_20_signs": Text(
        "Nomor KITAS/KITAP terdiri atas 5 sampai 20 huruf dan angka.",
        "A residence permit's number has 5 to 20 letters and digits.",
    ),
    "nitku_not_22_digits": Text(
        "NITKU harus 22 angka.",
        "A NITKU has 22 digits.",
    ),
    "nitku_not_of_npwp": Text(
        "NITKU tidak dimulai dengan NPWP usaha.",
        "The NITKU does not begin with the business's NPWP.",
    ),
    "npwp_is_not_nik": Text(
        "NPWP 16 angka milik orang pribadi sama dengan NIK-nya; periksa keduanya.",
        "A person's NPWP of 16 digits is the NIK; check both.",
    ),
    "question_not_asked": Text(
        "Pertanyaan ini tidak ditanyakan menurut jawaban lain; jawaban tetap disimpan.",
        "Another answer says that this is not asked; the answer is kept.",
    ),
    "shares_not_100": Text(
        "Jumlah bagian tidak 100 %.",
        "The shares do not add up to 100 %.",
    ),
    "year_missing": Text(
        "Tahun nilai ini belum disebut.",
        "The year of this sum is missing.",
    ),
    "year_repeated": Text(
        "Tahun ini disebut lebih dari sekali; baris pertama yang dihitung.",
        "This year is there more than once; the first row counts.",
    ),
    "wages_missing": Text(
        "Ada pekerja dibayar, tetapi upahnya kosong.",
        "There are paid workers, and no wages.",
    ),
    "wages_without_paid_workers": Text(
        "Ada upah, tetapi tidak ada pekerja dibayar.",
        "There are wages, and no paid workers.",
    ),
    "disabled_over_workers": Text(
        "Penyandang disabilitas lebih banyak daripada pekerja.",
        "More people with a disability than workers.",
    ),
    "education_not_workers": Text(
        "Jumlah menurut pendidikan berbeda dengan jumlah pekerja.",
        "By education there are more or fewer people than workers.",
    ),
    "sales_differ": Text(
        "Penjualan setahun tidak sama dengan satu pun tahun dalam tabel.",
        "The annual sales are those of no year in the table.",
    ),
    "sales_parts_differ": Text(
        "Penjualan dalam dan luar negeri tidak sama dengan penjualan tahun itu.",
        "Domestic sales and sales abroad are not the sales of that year.",
    ),
    "sales_far_from_workers": Text(
        "Penjualan per pekerja luar biasa; periksa angka nol dan satuannya.",
        "The sales for each worker are unusual; check zeros and units.",
    ),
    "sales_of_other_year": Text(
        "Tidak ada penjualan untuk tahun acuan pendataan.",
        "No sales of the year that the campaign asks about.",
    ),
    "parts_not_total": Text(
        "Rincian tidak sama dengan jumlahnya.",
        "The parts are not the total.",
    ),
    "started_in_future": Text("Tahun mulai usaha di masa depan.", "The year of start lies in the future."),
}
