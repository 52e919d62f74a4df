import { MapPinOff } from 'lucide-react';
import { goTo } from '../router.ts';
import { text } from '../text/index.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';

export function Nowhere() {
  return (
    <Empty
      alone
      icon={<MapPinOff size={18} aria-hidden />}
      title={text.shell.notFound}
      action={<Button onClick={() => goTo({ page: 'home' })}>{text.shell.goHome}</Button>}
    >
      {text.shell.notFoundHint}
    </Empty>
  );
}
