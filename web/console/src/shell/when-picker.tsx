import { api, got } from '@kumkm/shared/api/client.ts';
import { isDay } from '@kumkm/shared/formats/dates.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Modal, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { viewTexts } from '../texts/view.ts';
import { useView } from '../view.ts';

/** Up to which day, counted by which day, and of which campaign. */
export default function WhenPicker({ close }: { readonly close: () => void }) {
  const t = useTexts(viewTexts);
  const navigate = useNavigate();
  const view = useView();
  const [day, setDay] = useState(view.as_of ?? '');
  const [basis, setBasis] = useState<string>(view.basis ?? 'received');
  const [campaign, setCampaign] = useState(view.campaign ?? '');
  const campaigns = useQuery({
    queryKey: ['campaigns'],
    queryFn: ({ signal }) => got(api.GET('/v1/campaigns', { signal })),
    staleTime: 60_000,
  });
  const known = campaigns.data?.items ?? [];
  function show(event: FormEvent) {
    event.preventDefault();
    close();
    void navigate({
      to: '.',
      search: ({ as_of: _day, basis: _basis, campaign: _campaign, ...rest }) => ({
        ...rest,
        ...(isDay(day) ? { as_of: day } : {}),
        ...(basis === 'captured' ? { basis: 'captured' as const } : {}),
        ...(campaign === '' ? {} : { campaign }),
      }),
    });
  }
  return (
    <Modal opened onClose={close} title={t.when} size={440}>
      <form onSubmit={show}>
        <Stack gap="lg">
          <TextInput
            type="date"
            size="md"
            label={t.asOf}
            description={t.asOfHint}
            data-autofocus
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <Radio.Group label={t.basis} value={basis} onChange={setBasis}>
            <Stack gap="xs" mt="xs">
              <Radio value="received" label={t.received} description={t.receivedHint} />
              <Radio value="captured" label={t.captured} description={t.capturedHint} />
            </Stack>
          </Radio.Group>
          {known.length > 1 && (
            <NativeSelect
              label={t.campaign}
              size="md"
              value={campaign}
              onChange={(event) => setCampaign(event.currentTarget.value)}
              data={[
                { value: '', label: t.current },
                ...known.map(({ code, name }) => ({ value: code, label: name })),
              ]}
            />
          )}
          <Button type="submit" size="md">
            {t.apply}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
