import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { copyText } from '../clipboard.ts';
import { text } from '../text/index.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';

const SAID_MS = 1_500;

interface CopyButtonProps {
  readonly value: string;
  readonly label: string;
  /** With its label in sight. */
  readonly worded?: boolean;
}

export function CopyButton({ value, label, worded = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    void copyText(value).then(setCopied);
  };
  const icon = copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />;
  if (!worded) return <IconButton label={copied ? text.common.copied : label} icon={icon} onClick={copy} />;
  return (
    <Button icon={icon} onClick={copy}>
      {copied ? text.common.copied : label}
    </Button>
  );
}
