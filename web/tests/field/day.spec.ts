import { enrolled, figuresOf, installed, PHONE_IN_PLACE, sync } from '../support/field.ts';
import { foodStall, interview, newDoor, newNik, toEnd } from '../support/filling.ts';
import { DEMO, expect, test } from '../support/test.ts';

test.use(PHONE_IN_PLACE);

/** A picture of several megapixels with a place in its EXIF, as a camera makes it. */
async function photo(page: import('@playwright/test').Page): Promise<Buffer> {
  const plain = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [3000, 2000];
    const pen = canvas.getContext('2d');
    for (let at = 0; at < 4000; at += 1) {
      if (pen !== null) pen.fillStyle = `hsl(${(at * 37) % 360} 70% 50%)`;
      pen?.fillRect((at * 733) % 3000, (at * 389) % 2000, 60, 60);
    }
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.95));
    return Array.from(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  });
  const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\0GPS 104.1702', 'latin1');
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([Buffer.from(plain.slice(0, 2)), head, exif, Buffer.from(plain.slice(2))]);
}

test('a day without a signal: nothing is lost, and the figures of the API are those of the day', async ({
  page,
  context,
}) => {
  const person = await enrolled(page);
  await installed(page);
  const file = await photo(page);
  expect(file.toString('latin1')).toContain('GPS 104.1702');

  await context.setOffline(true);
  await page.reload();
  const businesses = [
    { name: 'Warung Bu Sari', owner: 'Sari', nik: newNik() },
    { name: 'Jahit Melati', owner: 'Melati', nik: newNik() },
  ];
  for (const business of businesses) await interview(page, business, person.village);
  await newDoor(page, 'Menolak', person.village);
  await page.getByLabel(/^Alasan/).fill('Sibuk');
  await toEnd(page);
  await page.getByRole('button', { name: 'Ambil titik' }).click();
  await expect(page.getByText(/Titik ditemukan, ketelitian ±\s6,5\sm/)).toBeVisible();
  await page.getByRole('button', { name: 'Simpan isian', exact: true }).click();
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Toko Berfoto');
  await page.getByRole('button', { name: 'Lanjut' }).click();
  await foodStall(page, '56102 rumah');
  await toEnd(page);
  await page
    .getByLabel('Foto tempat usaha')
    .setInputFiles({ name: 'p.jpg', mimeType: 'image/jpeg', buffer: file });
  await expect(page.getByRole('img', { name: 'Foto tempat usaha' })).toBeVisible();
  await page.getByRole('button', { name: 'Simpan isian', exact: true }).click();
  await expect(page.getByRole('banner')).toContainText('4 belum terkirim · Tanpa sinyal');
  expect((await figuresOf(page.request, person)).entered).toBe(0);

  await page.reload();
  await expect(page.getByRole('banner')).toContainText('4 belum terkirim');
  const sent: Buffer[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/sync/attachments/') && request.method() === 'PUT')
      sent.push(request.postDataBuffer() ?? Buffer.alloc(0));
  });
  await context.setOffline(false);
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(4);
  expect(sent.length).toBeGreaterThan(0);
  for (const mark of ['GPS 104.1702', 'Exif\0\0'])
    expect(
      sent.some((part) => part.includes(mark, 0, 'latin1')),
      mark,
    ).toBe(false);
  expect(Buffer.concat(sent).length).toBeLessThan(170 * 1024);

  const row = await figuresOf(page.request, person);
  expect(row).toMatchObject({ entered: 3, submissions: 3, refused: 1, doors: 4, duplicates: 0, invalid: 0 });
  await page.goto(`${DEMO}/lapangan/#/angka`);
  await expect(page.getByRole('definition').first()).toContainText('3');
  await sync(page);
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 3, submissions: 3, doors: 4 });
});
