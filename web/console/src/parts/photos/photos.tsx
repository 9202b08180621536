import { useTexts } from '@kumkm/shared/texts/language.ts';
import { ActionIcon, Skeleton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { answersTexts } from '../../texts/answers.ts';
import { Dialog } from '../dialog.tsx';
import { Fault } from '../fault.tsx';
import styles from './photos.module.css';
import { type Photo, photosQuery, pictureQuery } from './queries.ts';

interface Told {
  readonly recordId: string;
  /** Which photo is open in large; the page has it, so that a key opens it. */
  readonly opened: number | undefined;
  readonly onOpen: (place: number | undefined) => void;
}

/** The photos of a record, small; one of them in large. */
export function Photos({ recordId, opened, onOpen }: Told) {
  const t = useTexts(answersTexts);
  const photos = useQuery(photosQuery(recordId));
  if (photos.isError) return <Fault fault={photos.error} again={() => void photos.refetch()} />;
  if (photos.data === undefined) return <Skeleton width={112} height={112} />;
  if (photos.data.length === 0) return <p>{t.noPhotos}</p>;
  const all = photos.data;
  const photo = opened === undefined ? undefined : all[opened];
  const turn = (by: number) => onOpen(((opened ?? 0) + by + all.length) % all.length);
  function pressed(event: KeyboardEvent) {
    if (event.key === 'ArrowRight') turn(1);
    if (event.key === 'ArrowLeft') turn(-1);
  }
  return (
    <>
      <ul className={styles.row}>
        {all.map((each, place) => (
          <li key={each.sha256 + each.purpose}>
            <button
              type="button"
              className={styles.thumb}
              onClick={() => onOpen(place)}
              aria-label={`${t.photo[each.purpose] ?? each.purpose}: ${t.photoLarge}`}
            >
              <Picture recordId={recordId} photo={each} />
            </button>
          </li>
        ))}
      </ul>
      <Dialog
        opened={photo !== undefined}
        onClose={() => onOpen(undefined)}
        size="xl"
        title={photo === undefined ? '' : (t.photo[photo.purpose] ?? photo.purpose)}
        onKeyDown={pressed}
      >
        {photo !== undefined && <Picture recordId={recordId} photo={photo} className={styles.large} />}
        {all.length > 1 && (
          <div className={styles.turn}>
            <ActionIcon variant="default" size={44} onClick={() => turn(-1)} aria-label={t.previousPhoto}>
              <IconChevronLeft aria-hidden />
            </ActionIcon>
            <span>{t.photoOf((opened ?? 0) + 1, all.length)}</span>
            <ActionIcon variant="default" size={44} onClick={() => turn(1)} aria-label={t.nextPhoto}>
              <IconChevronRight aria-hidden />
            </ActionIcon>
          </div>
        )}
      </Dialog>
    </>
  );
}

interface PictureTold {
  readonly recordId: string;
  readonly photo: Photo;
  readonly className?: string | undefined;
}

function Picture({ recordId, photo, className }: PictureTold) {
  const t = useTexts(answersTexts);
  const picture = useQuery(pictureQuery(recordId, photo.sha256));
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (picture.data === undefined) return;
    const made = URL.createObjectURL(picture.data);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture.data]);
  if (address === undefined) return <Skeleton height={112} />;
  return (
    <img
      src={address}
      alt={t.photo[photo.purpose] ?? ''}
      width={photo.width}
      height={photo.height}
      className={className}
    />
  );
}
